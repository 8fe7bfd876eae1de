### The guide of a small museum
-museum = House of Clocks

welcome = Welcome to the { -museum }, { $name }.
    .title = Plan your visit
tour =
    The tour starts at noon
    and ends in the cellar { -museum } was built on.
clocks = { $count ->
    [one] One clock is ticking.
   *[other] { $count } clocks are ticking.
}
left = Today { $count ->
    [one] one ticket
   *[other] { $count } tickets
} can still be had.
