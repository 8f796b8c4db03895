/** The command that runs the micro-benchmarks and keeps what they found. */
package io.sluice.micro;
