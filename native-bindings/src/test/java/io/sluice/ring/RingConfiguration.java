package io.sluice.ring;

/** The kernels that every ring behaviour is shown on. */
enum RingConfiguration {
  ALL_FEATURES {
    @Override
    UringFeatures features() {
      return PROBED;
    }
  },
  AS_ON_LINUX_5_10 {
    @Override
    UringFeatures features() {
      return PROBED.asOnLinux510();
    }
  };

  private static final UringFeatures PROBED = UringFeatures.probe();

  abstract UringFeatures features();
}
