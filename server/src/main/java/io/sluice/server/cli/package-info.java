/** The command line: what it means, and what each command does. */
package io.sluice.server.cli;
