/** Whether a node can run on this machine, and what to change if it cannot. */
package io.sluice.server.doctor;
