"""Several files make one configuration, as conda merges them.

What is expected here is what conda 26.7.1, 24.11.3 and 23.11.0 make of the same files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from envctl.model.configuration import Configuration

Configure = Callable[[str, str], Path]
Configured = Callable[..., Configuration]
WEAK, MIDDLE, STRONG = ".conda/condarc.d/1.yml", ".conda/condarc.d/2.yml", ".condarc"


def test_lists_are_joined_with_the_stronger_files_items_first(
    configure: Configure, configured: Configured
) -> None:
    configure(WEAK, "channels: [a, b]\n")
    configure(STRONG, "channels: [c, a]\n")
    assert configured().channels == ("c", "a", "b")


def test_an_item_can_be_marked_for_the_top_or_the_bottom(
    configure: Configure, configured: Configured
) -> None:
    configure(WEAK, "channels:\n  - a\n  - b  #!bottom\n  - c\n")
    configure(MIDDLE, "channels:\n  - d  #!top\n  - e\n")
    configure(STRONG, "channels:\n  - f #!top\n  - g\n  - b\n")
    assert configured().channels == ("d", "f", "g", "e", "a", "c", "b")


def test_of_two_bottoms_the_weaker_files_is_the_last(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "channels:\n  - a #!bottom\n  - b #!bottom\n")
    configure(MIDDLE, "channels:\n  - b #!bottom\n  - a #!bottom\n  - z\n")
    assert configured().channels == ("z", "a", "b")


def test_a_final_list_keeps_stronger_files_out(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "channels: [a]\n")
    configure(MIDDLE, "channels:  #!final\n  - b\n")
    configure(STRONG, "channels: [c]\n")
    assert configured().channels == ("b", "a")


def test_of_a_single_value_the_strongest_counts(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "channel_alias: https://one.example\n")
    configure(STRONG, "channel_alias: https://two.example\n")
    assert configured().channel_alias == "https://two.example"
    assert configured(CONDA_CHANNEL_ALIAS="https://three.example").channel_alias == "https://three.example"


def test_a_final_value_stands_against_files_and_variables(
    configure: Configure, configured: Configured
) -> None:
    configure(WEAK, "channel_alias: https://one.example #!final\n")
    configure(STRONG, "channel_alias: https://two.example\n")
    assert configured(CONDA_CHANNEL_ALIAS="https://three.example").channel_alias == "https://one.example"


def test_maps_are_merged_by_key_and_a_final_key_stays(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "custom_channels:\n  a: https://one.example #!final\n  b: https://one.example\n")
    configure(STRONG, "custom_channels: {a: https://two.example, b: https://two.example, c: /srv}\n")
    assert configured().custom_channels == {
        "a": "https://one.example",
        "b": "https://two.example",
        "c": "/srv",
    }


def test_a_map_that_is_final_gets_no_more_keys(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "proxy_servers: #!final\n  http: http://one.example\n")
    configure(STRONG, "proxy_servers: {https: http://two.example}\n")
    assert configured().proxies == {"http": "http://one.example"}


def test_a_key_without_a_value_takes_away_a_weaker_files(
    configure: Configure, configured: Configured
) -> None:
    configure(WEAK, "proxy_servers: {http: http://one.example, https: http://one.example}\n")
    configure(STRONG, "proxy_servers: {http: null}\n")
    assert configured().proxies == {"https": "http://one.example"}


def test_the_lists_in_a_map_of_lists_are_joined(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "custom_multichannels: {mine: [a, b], theirs: [x]}\n")
    configure(STRONG, "custom_multichannels: {mine: [c, b]}\n")
    assert configured().custom_multichannels == {"mine": ("c", "b", "a"), "theirs": ("x",)}


def test_a_setting_without_a_value_says_nothing(configure: Configure, configured: Configured) -> None:
    configure(WEAK, "channels: [a]\nssl_verify: false\n")
    configure(STRONG, "channels:\nssl_verify: ~\nproxy_servers: null\n")
    assert configured().channels == ("a",)
    assert configured().ssl_verify is False


def test_an_empty_file_and_settings_that_nobody_knows_change_nothing(
    configure: Configure, configured: Configured
) -> None:
    empty = configure(WEAK, "")
    other = configure(STRONG, "always_yes: true\nzzz: {a: [1]}\n")
    assert configured() == Configuration(files=(empty, other))
