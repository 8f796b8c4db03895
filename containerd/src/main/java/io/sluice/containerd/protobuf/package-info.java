/**
 * The wire format of protocol buffers, as far as containerd's messages need it. The messages
 * themselves are in {@code src/main/proto}.
 */
package io.sluice.containerd.protobuf;
