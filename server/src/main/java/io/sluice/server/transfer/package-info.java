/**
 * How the bytes of local blobs leave: fixed transfer blocks, open blobs, and transfers that read
 * ahead from disk and send in order.
 *
 * <p>Everything here belongs to one event loop and is called on its thread only. Nothing allocates
 * after construction. A transfer block has exactly one owner at any time (see {@link
 * io.sluice.server.transfer.TransferBlocks}); "no block free" is a state with a queue, never an
 * exception.
 */
package io.sluice.server.transfer;
