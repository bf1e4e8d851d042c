/* Every view's script. The page is whole without it; each module adds one thing. */

import { chart } from "./chart.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { past } from "./past.js";
import { search } from "./search.js";
import { tiles } from "./tiles.js";

keys();
tiles();
search();
past();
chart();
live();
