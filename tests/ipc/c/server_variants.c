/*
 * A server's end of the contract that behaves as existing servers do, or wrongly: it executes its arguments, one step
 * after the other, prints the name of each, and exits without closing the connection.
 *
 * usage: server_variants PID STEP…
 *   connect both|first|none  do the handshake; keep both descriptors, receive only the first, or close both
 *   bytewise                 send each byte by itself from now on
 *   raw HEX                  send these bytes
 *   key CODE 1|0             send a key's press or release
 *   keys COUNT               send so many key messages, down and up in turn, in one write
 *   resets COUNT             send so many resets, as fast as the socket accepts them
 *   requests COUNT SAMPLES   send so many requests for sound, in one write
 *   see                      send a ping, wait for the frame that carries it, by frame_count alone
 *   poll                     the same by polling the frame eventfd, which is never read
 *   still COUNT              wait for so many frames in a row that claim no change, without sending anything
 *   sound SAMPLES FRAMES     request sound every 20 ms until the ring has a frame of FRAMES or FRAMES + 1; take all
 *   full                     request sound until the ring is full, then go on: nothing in it may change
 *   set FIELD VALUE          write into the segment
 *   caught-up                audio_frame_read_idx = audio_frame_write_idx, as a server does at its start
 *   descriptors              send a message with descriptors of this process
 *   brim                     make both eventfds blocking, and fill them to their maximum
 *   truncate SIZE            truncate the segment's file
 *   mended                   wait until the file has its size again
 *   gone                     wait until the emulator has closed the connection
 *   stop                     send SIGSTOP to itself
 *   wait                     wait for a line from stdin
 */
#define _GNU_SOURCE
#include "server_end.h"

#include <signal.h>

static void send_raw(const char *hex)
{
    uint8_t bytes[256];
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size && i < sizeof bytes; i++)
        if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
            fail("hex");
    send_bytes(bytes, size);
}

static void send_key(int code, int down)
{
    KeyMessage key = {.header = {.type = KEY, .flags = (uint8_t)down}, .mac_keycode = (uint8_t)code};
    send_bytes(&key, sizeof key);
}

static void send_keys(int count)
{
    KeyMessage keys[1000] = {0};
    for (int i = 0; i < count; i++)
        keys[i] = (KeyMessage){.header = {.type = KEY, .flags = !(i % 2)}, .mac_keycode = 0x3A};
    send_bytes(keys, (size_t)count * sizeof *keys);
}

static void fill_ring(void)
{
    static AudioFrame before[SLOTS];
    for (int sent = 0; waiting() < 2; sent++) {
        if (sent == TIMEOUT_MS / 20)
            fail("a full ring");
        send_requests(1, 960);
        pause_ms(20);
    }
    uint32_t write = LOAD(audio_frame_write_idx), read = LOAD(audio_frame_read_idx);
    memcpy(before, segment->audio_frame_ring, sizeof before);
    for (int sent = 0; sent < 10; sent++) {
        send_requests(1, 960);
        see(0);
    }
    if (write != LOAD(audio_frame_write_idx) || read != LOAD(audio_frame_read_idx) ||
        memcmp(before, segment->audio_frame_ring, sizeof before))
        fail("the full ring has changed");
}

static void set_field(const char *name, uint32_t value)
{
#define FIELD(field) {#field, offsetof(Segment, field)}
    static const struct { const char *name; size_t offset; } fields[] = {
        FIELD(magic), FIELD(version), FIELD(pid), FIELD(state), FIELD(width), FIELD(pixel_format), FIELD(write_index),
        FIELD(ready_index), FIELD(frame_count), FIELD(ping_sequence), FIELD(frame_ready_eventfd),
        FIELD(audio_frame_write_idx), FIELD(audio_frame_read_idx), FIELD(capture_trigger),
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!strcmp(name, fields[i].name)) {
            __atomic_store_n((uint32_t *)((char *)segment + fields[i].offset), value, __ATOMIC_RELEASE);
            return;
        }
    fail(name);
}

static void send_descriptors(void)
{
    int ours[] = {0, 1, 2, peer};
    KeyMessage key = {.header = {.type = KEY}};
    char control[CMSG_SPACE(sizeof ours)] = {0};
    struct iovec data = {.iov_base = &key, .iov_len = sizeof key};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof ours);
    memcpy(CMSG_DATA(rights), ours, sizeof ours);
    if (sendmsg(peer, &message, MSG_NOSIGNAL) != sizeof key)
        fail("sendmsg");
}

static void fill_eventfds(void)
{
    uint64_t much = UINT64_MAX - 1, taken;
    for (int i = 0; i < 2; i++) {
        do /* the emulator may signal in between */
            while (read(fds[i], &taken, sizeof taken) == sizeof taken)
                ;
        while (write(fds[i], &much, sizeof much) != sizeof much);
        if (fcntl(fds[i], F_SETFL, 0) < 0)
            fail("fcntl");
    }
}

static void flood_resets(int count)
{
    CommandMessage reset = {.header = {.type = COMMAND}, .command = RESET};
    for (int i = 0; i < count; i++)
        send_bytes(&reset, sizeof reset);
}

static void wait_for_still_frames(int count)
{
    struct pollfd ready = {.fd = fds[0], .events = POLLIN};
    uint64_t taken;
    for (int found = 0; found < count; found = segment->dirty_width ? 0 : found + 1)
        if (poll(&ready, 1, TIMEOUT_MS) != 1 || read(fds[0], &taken, sizeof taken) != sizeof taken)
            fail("a frame");
}

static void wait_until_gone(void)
{
    struct pollfd ready = {.fd = peer, .events = POLLIN};
    char byte;
    if (poll(&ready, 1, TIMEOUT_MS) != 1 || recv(peer, &byte, 1, 0) > 0)
        fail("the end");
}

static void catch_up(void)
{
    __atomic_store_n(&segment->audio_frame_read_idx, LOAD(audio_frame_write_idx), __ATOMIC_RELEASE);
}

static void truncate_file(long size)
{
    char path[80];
    snprintf(path, sizeof path, "/dev/shm%s", shm_name);
    if (truncate(path, size))
        fail("truncate");
}

static void wait_until_mended(void)
{
    struct stat status;
    int fd = shm_open(shm_name, O_RDONLY, 0);
    for (int waited = 0; fstat(fd, &status) || status.st_size != sizeof *segment; waited++) {
        if (waited == TIMEOUT_MS)
            fail("the size");
        pause_ms(1);
    }
    close(fd);
}

static void wait_for_line(void)
{
    char line[16];
    if (!fgets(line, sizeof line, stdin))
        exit(0);
}

/* Do the step that `words` begin with; returns how many words it took. */
static int take_step(char **words)
{
    const char *step = words[0], *first = words[1] ? words[1] : "", *second = first[0] && words[2] ? words[2] : "";
#define STEP(name, count, action) if (!strcmp(step, name)) { action; return 1 + (count); }
    STEP("connect", 1, do_handshake(!strcmp(first, "both") ? 2 : !strcmp(first, "first")))
    STEP("bytewise", 0, bytewise = 1)
    STEP("raw", 1, send_raw(first))
    STEP("key", 2, send_key(atoi(first), atoi(second)))
    STEP("keys", 1, send_keys(atoi(first)))
    STEP("resets", 1, flood_resets(atoi(first)))
    STEP("requests", 2, send_requests(atoi(first), (uint32_t)strtoul(second, NULL, 0)))
    STEP("see", 0, see(0))
    STEP("still", 1, wait_for_still_frames(atoi(first)))
    STEP("poll", 0, see(1))
    STEP("sound", 2, take_sound((uint32_t)strtoul(first, NULL, 0), (uint32_t)atoi(second)))
    STEP("full", 0, fill_ring())
    STEP("set", 2, set_field(first, (uint32_t)strtoul(second, NULL, 0)))
    STEP("caught-up", 0, catch_up())
    STEP("descriptors", 0, send_descriptors())
    STEP("brim", 0, fill_eventfds())
    STEP("truncate", 1, truncate_file(atol(first)))
    STEP("mended", 0, wait_until_mended())
    STEP("gone", 0, wait_until_gone())
    STEP("stop", 0, raise(SIGSTOP))
    STEP("wait", 0, wait_for_line())
    fprintf(stderr, "no step %s\n", step);
    exit(2);
}

int main(int argc, char **argv)
{
    alarm(60); /* so that this process ends if its test was killed */
    if (argc < 2)
        return 2;
    emulator = atoi(argv[1]);
    open_segment();
    for (int i = 2; i < argc;) {
        const char *step = argv[i];
        printf("%s\n", step);
        fflush(stdout);
        i += take_step(argv + i);
    }
    return 0;
}
