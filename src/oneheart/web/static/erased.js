// Whoever erased everything also leaves nothing on this phone: receipts, and words that were never sent, of that seat.

const { code, place } = document.body.dataset;

function forget(storage, begin) {
  try {
    for (const name of Object.keys(storage())) if (name.startsWith(begin)) storage().removeItem(name);
  } catch {
    // a browser without storage keeps nothing
  }
}

forget(() => localStorage, `record ${code} ${place}`);
forget(() => sessionStorage, `said ${code} `);

function done() {
  document.documentElement.dataset.forgotten = "1";
}

try {
  const asked = indexedDB.open("oneheart", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" });
  asked.onerror = asked.onblocked = done;
  asked.onsuccess = () => {
    const change = asked.result.transaction("outbox", "readwrite");
    const store = change.objectStore("outbox");
    store.getAll().onsuccess = ({ target }) => {
      for (const entry of target.result) if (entry.code === code && entry.place === place) store.delete(entry.key);
    };
    change.oncomplete = change.onabort = () => {
      asked.result.close();
      done();
    };
  };
} catch {
  done(); // as above
}
