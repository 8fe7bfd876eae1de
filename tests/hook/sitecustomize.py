"""Python runs this at its start: so in every program that the tests start."""

import noise

noise.watch()
