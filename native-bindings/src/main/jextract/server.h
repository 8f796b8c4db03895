/*
 * What Sluice asks of Linux. Input of jextract, see regenerate.sh.
 */
#define _GNU_SOURCE 1
#include <features.h>
/* With __USE_GNU glibc declares bind(), getsockname() and so on with a transparent union, which
   jextract passes by value. Without it they take a plain pointer. */
#undef __USE_GNU
#include <sys/socket.h>
#define __USE_GNU 1

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>
