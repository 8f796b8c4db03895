package io.sluice.containerd.protobuf;

/** How a value is laid out. Groups, which nobody uses any more, are refused. */
final class WireType {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  /** The bits of a tag that say the type; the field number is above them. */
  static final int MASK = 7;

  static final int VARINT_BYTES_MAX = 10;

  private WireType() {}

  /** Field number of a tag. */
  static int field(long tag) throws ProtobufException {
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw new ProtobufException("a field has a number that no field has");
    }
    return (int) (tag >>> 3);
  }

  /** Length of a value that is not a varint and does not say its length. */
  static int fixedBytes(int wireType) throws ProtobufException {
    return switch (wireType) {
      case FIXED64 -> Long.BYTES;
      case FIXED32 -> Integer.BYTES;
      default -> throw new ProtobufException("a field has the wire type " + wireType);
    };
  }
}
