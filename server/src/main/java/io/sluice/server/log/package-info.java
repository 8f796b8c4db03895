/** Log lines of the control plane: one line per event on standard error, no dependency. */
package io.sluice.server.log;
