"""Scenes of the demo: who comes, what they read and what they want."""

from __future__ import annotations

import pytest

from oneheart.commands.live import SceneName
from oneheart.rehearsal.friends import MadeUp, wishes
from oneheart.rehearsal.scenes import SCENES, Scene, friends_of


@pytest.mark.parametrize("scene", SCENES.values(), ids=lambda scene: scene.name)
def test_the_people_of_a_scene_speak_and_read_what_it_says(scene: Scene) -> None:
    friends = friends_of(scene, seed=3)
    assert len(friends) == scene.people + scene.without_phone
    assert {friend.language for friend in friends} == {*scene.languages}
    for friend in friends:
        read = {code for code in scene.languages if friend.reads_language(code)}
        assert friend.language in read
        assert len(read) <= 2
        if friend.language in scene.alone:
            assert read == {friend.language}
        else:
            assert not read & scene.alone
    assert [friend.says() for friend in friends] == [friend.says() for friend in friends_of(scene, seed=3)]


def test_two_camps_refuse_what_the_other_one_wants() -> None:
    scene = SCENES["disagreement"]
    friends = friends_of(scene, seed=0)
    for text in {friend.says() for friend in friends}:
        stances = [friend.stance(text, may_be_against=True) for friend in friends]
        assert 0.3 < stances.count(1) / len(stances) < 0.7
        assert stances.count(0) == 0


def test_who_refuses_does_not_affirm_the_whole() -> None:
    friends = friends_of(SCENES["assembly"], seed=0)
    unwilling = [friend for friend in friends if not friend.affirms()]
    assert 0 < len(unwilling) < len(friends) / 10
    texts = [wish.words["en"] for wish in wishes()]
    against = [friend.reads(text)[0] == "against me" for friend in unwilling for text in texts]
    assert 0.3 < sum(against) / len(against) < 0.7
    assert all(isinstance(friend, MadeUp) for friend in friends)


def test_the_command_line_names_every_scene() -> None:
    assert {scene.value for scene in SceneName} == {*SCENES}
