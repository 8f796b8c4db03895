/** What a node weighs and how fast it starts, as it is packaged: building, checking, measuring. */
package io.sluice.perf.footprint;
