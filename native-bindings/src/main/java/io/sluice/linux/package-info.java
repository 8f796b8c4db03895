/** System calls with their errno, and the few nouns of Linux that a server needs. */
package io.sluice.linux;
