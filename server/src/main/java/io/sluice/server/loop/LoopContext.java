package io.sluice.server.loop;

import io.sluice.ring.Ring;
import io.sluice.server.config.ReadMode;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.http.Credentials;
import io.sluice.server.store.BlobStore;
import io.sluice.server.transfer.ResidentFiles;
import io.sluice.server.transfer.SocketControl;
import io.sluice.server.transfer.SpareCpus;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * What all loops of a node have in common.
 *
 * @param rings opens a loop's ring; called on the loop's thread
 * @param sockets non-blocking socket calls
 * @param store what this node has
 * @param blobDirectoryFd the directory that {@code blobPathPrefix} begins in
 * @param blobPathPrefix leads from there to the blobs
 * @param residentFiles makes a loop's access to the page cache; called on the loop's thread
 * @param spareCpus how a loop sees what others leave of their CPUs; called on the loop's thread
 * @param readMode how blobs are read from disk
 * @param dontCache whether the kernel knows {@code RWF_DONTCACHE}
 * @param mediaTypes shared numbers of media types
 * @param ready whether the node is ready for requests
 * @param peersExist whether there is anybody to ask for what is not here
 * @param credentials what clients have to know, if anything, and peers are told
 * @param homes which loop reads which blob
 * @param nanoClock the time for time-outs
 * @param epochClock the time for the Date field
 * @param timeouts how long to wait for what
 */
public record LoopContext(
    Supplier<Ring> rings,
    SocketControl sockets,
    BlobStore store,
    int blobDirectoryFd,
    byte[] blobPathPrefix,
    Supplier<ResidentFiles> residentFiles,
    IntFunction<SpareCpus> spareCpus,
    ReadMode readMode,
    boolean dontCache,
    MediaTypes mediaTypes,
    BooleanSupplier ready,
    boolean peersExist,
    Credentials credentials,
    HomeTable homes,
    NanoClock nanoClock,
    EpochClock epochClock,
    LoopTimeouts timeouts) {}
