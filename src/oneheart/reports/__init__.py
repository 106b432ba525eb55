"""Reports: a result as an HTML page to read and a JSON file to compute on."""
