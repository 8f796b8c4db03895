/**
 * The only place where the data plane and the control plane meet: ring buffers of small messages,
 * one pair for each loop, and an eventfd that wakes a parked loop.
 */
package io.sluice.server.control;
