/* What a guest tries that has taken over its emulator: `escape FOLDER` makes each attempt of FOLDER/attempts, a line
   "what argument", and writes into FOLDER/report "what argument ok", or the error's name. Then it waits. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <unistd.h>

static int open_and(const char *path, int flags, int write_byte) {
    char byte = 'x';
    int file = open(path, flags, 0600);
    if (file < 0) return -1;
    int result = write_byte ? (int)write(file, &byte, 1) : (int)read(file, &byte, 1);
    int error = errno;
    close(file);
    errno = error;
    return result;
}

static int connect_to(int family, const void *address, socklen_t length, int type) {
    int end = socket(family, type, 0);
    if (end < 0) return -1;
    int result = connect(end, address, length);
    if (result == 0 && type == SOCK_DGRAM) result = send(end, "x", 1, 0) == 1 ? 0 : -1;
    int error = errno;
    close(end);
    errno = error;
    return result;
}

static int loopback(const char *port, int type) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(AF_INET, &address, sizeof address, type);
}

static int unix_socket(const char *name, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + abstract, name, sizeof address.sun_path - 2);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)abstract + strlen(name));
    return connect_to(AF_UNIX, &address, length, SOCK_STREAM);
}

static int plain_socket(int family, int type) {
    int end = socket(family, type, 0);
    return end < 0 ? -1 : close(end);
}

static int socket_of_32_bit(int family) {
#ifdef __x86_64__
    unsigned *arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    int result;
    arguments[0] = (unsigned)family, arguments[1] = SOCK_STREAM, arguments[2] = 0;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(102), "b"(1), "c"((unsigned)(unsigned long)arguments) : "memory");
    errno = -result;
    return result < 0 ? -1 : 0;
#else
    errno = EAFNOSUPPORT;
    return family ? -1 : -1;
#endif
}

static int read_memory(int pid) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    int result = (int)process_vm_readv(pid, &here, 1, &there, 1, 0);
    return result < 0 && errno == EFAULT ? 0 : result; /* EFAULT: it was allowed to look */
}

static int attach(int pid) {
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0) return -1;
    return (int)ptrace(PTRACE_DETACH, pid, 0, 0) * 0;
}

static int type_into(int terminal) {
    return ioctl(terminal, TIOCSTI, "");
}

static int make_device(const char *path) {
    return mknod(path, S_IFBLK | 0600, makedev(254, 0));
}

static int list(const char *folder, FILE *report) {
    DIR *entries = opendir(folder);
    if (!entries) return -1;
    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] != '.') fprintf(report, "entry %s %s\n", folder, entry->d_name);
    return closedir(entries);
}

static int try_syscall(const char *name) {
    if (!strcmp(name, "unshare")) return unshare(CLONE_NEWUSER);
    if (!strcmp(name, "mount")) return mount("none", "/tmp", "tmpfs", 0, NULL);
    if (!strcmp(name, "remount")) return mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL);
    if (!strcmp(name, "umount")) return umount2("/proc", MNT_DETACH);
    if (!strcmp(name, "chroot")) return chroot("/tmp");
    if (!strcmp(name, "setns")) return setns(open("/proc/1/ns/mnt", O_RDONLY), 0);
    if (!strcmp(name, "add_key")) return (int)syscall(SYS_add_key, "user", "moof-test", "x", 1, -3);
    if (!strcmp(name, "keyctl")) return (int)syscall(SYS_keyctl, 0, -3, 0);
    if (!strcmp(name, "bpf")) return (int)syscall(SYS_bpf, 0, NULL, 0);
    if (!strcmp(name, "io_uring_setup")) return (int)syscall(425, 1, NULL);
    if (!strcmp(name, "userfaultfd")) return (int)syscall(SYS_userfaultfd, 0);
    if (!strcmp(name, "perf_event_open")) return (int)syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0);
    if (!strcmp(name, "syslog")) return (int)syscall(SYS_syslog, 10, NULL, 0);
    if (!strcmp(name, "sethostname")) return sethostname("x", 1);
    errno = ENOSYS;
    return -1;
}

static int attempt(const char *what, const char *argument, FILE *report) {
    int number = atoi(argument);
    if (!strcmp(what, "read")) return open_and(argument, O_RDONLY, 0);
    if (!strcmp(what, "write")) return open_and(argument, O_WRONLY, 1);
    if (!strcmp(what, "open")) return close(open(argument, O_WRONLY));
    if (!strcmp(what, "create")) return open_and(argument, O_WRONLY | O_CREAT, 1);
    if (!strcmp(what, "list")) return list(argument, report);
    if (!strcmp(what, "tcp")) return loopback(argument, SOCK_STREAM);
    if (!strcmp(what, "udp")) return loopback(argument, SOCK_DGRAM);
    if (!strcmp(what, "abstract")) return unix_socket(argument, 1);
    if (!strcmp(what, "unix")) return unix_socket(argument, 0);
    if (!strcmp(what, "family")) return plain_socket(number, number == AF_NETLINK ? SOCK_RAW : SOCK_STREAM);
    if (!strcmp(what, "family32")) return socket_of_32_bit(number);
    if (!strcmp(what, "signal")) return kill(number, 0);
    if (!strcmp(what, "ptrace")) return attach(number);
    if (!strcmp(what, "memory")) return read_memory(number);
    if (!strcmp(what, "segment")) return shmget((key_t)number, 1, 0);
    if (!strcmp(what, "terminal")) return type_into(number);
    if (!strcmp(what, "device")) return make_device(argument);
    if (!strcmp(what, "call")) return try_syscall(argument);
    errno = ENOSYS;
    return -1;
}

int main(int count, char **words) {
    char line[4096], what[16], argument[4000];
    if (count < 2 || chdir(words[1])) return 2;
    FILE *attempts = fopen("attempts", "r"), *report = fopen("unfinished", "w");
    if (!attempts || !report) return 3;
    while (fgets(line, sizeof line, attempts)) {
        if (sscanf(line, "%15s %3999s", what, argument) != 2) continue;
        errno = 0;
        int result = attempt(what, argument, report);
        fprintf(report, "%s %s %s\n", what, argument, result >= 0 ? "ok" : strerrorname_np(errno));
    }
    fclose(report);
    rename("unfinished", "report");
    for (;;) pause();
}
