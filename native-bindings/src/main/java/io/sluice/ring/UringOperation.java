package io.sluice.ring;

import io.sluice.linux.generated.Libc;

/** An operation of io_uring, as {@code io_uring_enter(2)} lists them. */
enum UringOperation {
  POLL_ADD(Libc.IORING_OP_POLL_ADD(), true),
  TIMEOUT(Libc.IORING_OP_TIMEOUT(), true),
  ACCEPT(Libc.IORING_OP_ACCEPT(), true),
  ASYNC_CANCEL(Libc.IORING_OP_ASYNC_CANCEL(), true),
  CONNECT(Libc.IORING_OP_CONNECT(), true),
  OPENAT(Libc.IORING_OP_OPENAT(), true),
  CLOSE(Libc.IORING_OP_CLOSE(), true),
  STATX(Libc.IORING_OP_STATX(), true),
  FADVISE(Libc.IORING_OP_FADVISE(), true),
  READ(Libc.IORING_OP_READ(), true),
  WRITE(Libc.IORING_OP_WRITE(), true),
  RECV(Libc.IORING_OP_RECV(), true),
  SEND(Libc.IORING_OP_SEND(), true),
  SEND_ZC(Libc.IORING_OP_SEND_ZC(), false);

  private final int opcode;
  private final boolean required;

  UringOperation(int opcode, boolean required) {
    this.opcode = opcode;
    this.required = required;
  }

  int opcode() {
    return opcode;
  }

  /** Whether {@link Ring} cannot do without it. */
  boolean isRequired() {
    return required;
  }
}
