/* A server's end of the contract for server_variants.c: an emulator's segment, its socket, and the messages. */
#ifndef MOOF_TESTS_SERVER_END_H
#define MOOF_TESTS_SERVER_END_H

#include "contract.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define LOAD(field) __atomic_load_n(&segment->field, __ATOMIC_ACQUIRE)

static Segment *segment;
static char shm_name[64];
static int emulator, peer = -1, fds[2] = {-1, -1}, bytewise;
static uint32_t sequence;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void pause_ms(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

/* Map the segment and wait until it is valid: the server before this one may have overwritten it. */
static void open_segment(void)
{
    struct stat status;
    snprintf(shm_name, sizeof shm_name, "/macemu-video-%d", emulator);
    int fd = shm_open(shm_name, O_RDWR, 0);
    if (fd < 0)
        fail("shm_open");
    segment = mmap(NULL, sizeof *segment, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (segment == MAP_FAILED)
        fail("mmap");
    for (int waited = 0; fstat(fd, &status) || status.st_size != sizeof *segment || segment->magic != MAGIC ||
                         segment->version != 4 || segment->pid != (uint32_t)emulator || segment->state != 1 ||
                         segment->width - 1 >= 1920 || segment->pixel_format != 1;
         waited++) {
        if (waited == TIMEOUT_MS)
            fail("the segment's description");
        pause_ms(1);
    }
    close(fd);
}

static void do_handshake(int count)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/macemu-%d.sock", emulator);
    peer = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(peer, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    char byte = 0, control[CMSG_SPACE(sizeof fds)] = {0};
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = CMSG_LEN((count == 1 ? 1 : 2) * sizeof(int)); /* the kernel drops what does not fit */
    if (recvmsg(peer, &message, 0) != 1 || byte != 'E')
        fail("handshake");
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (!rights || !!(message.msg_flags & MSG_CTRUNC) != (count == 1))
        fail("descriptors");
    memcpy(fds, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
    if (!count && (close(fds[0]) || close(fds[1])))
        fail("close");
}

static void send_bytes(const void *bytes, size_t size)
{
    size_t piece = bytewise ? 1 : size;
    for (size_t at = 0; at < size; at += piece)
        if (send(peer, (const char *)bytes + at, piece, MSG_NOSIGNAL) != (ssize_t)piece)
            fail("send");
}

static void send_requests(int count, uint32_t samples)
{
    AudioRequestMessage requests[1000] = {0};
    for (int i = 0; i < count; i++)
        requests[i] = (AudioRequestMessage){.header = {.type = AUDIO_REQUEST}, .requested_samples = samples};
    send_bytes(requests, (size_t)count * sizeof *requests);
}

/* Send a ping and wait for its echo, and so for a frame that was published after the ping. */
static void see(int polled)
{
    PingMessage ping = {.header = {.type = PING}, .sequence = ++sequence, .t1_browser_send_ms = (uint64_t)getpid()};
    uint64_t before = LOAD(frame_count);
    struct pollfd ready = {.fd = fds[0], .events = POLLIN};
    if (LOAD(ping_sequence) == sequence)
        fail("an echo before its ping");
    send_bytes(&ping, sizeof ping);
    for (int waited = 0; LOAD(ping_sequence) != sequence || LOAD(frame_count) == before; waited++) {
        if (waited == TIMEOUT_MS || (polled && poll(&ready, 1, TIMEOUT_MS) != 1))
            fail("frame");
        pause_ms(1);
    }
    if (segment->ping_t1_browser_ms != ping.t1_browser_send_ms || !segment->width || LOAD(ready_index) >= SLOTS)
        fail("the frame's description");
}

static uint32_t waiting(void)
{
    return (LOAD(audio_frame_write_idx) + SLOTS - LOAD(audio_frame_read_idx)) % SLOTS;
}

static void take_sound(uint32_t samples, uint32_t expected)
{
    for (int sent = 0; sent < TIMEOUT_MS / 20; sent++) {
        send_requests(1, samples);
        pause_ms(20);
        while (waiting()) {
            uint32_t slot = LOAD(audio_frame_read_idx);
            AudioFrame frame = segment->audio_frame_ring[slot];
            __atomic_store_n(&segment->audio_frame_read_idx, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
            if (frame.sample_rate != 44100 || frame.channels != 2 || frame.format != 1 || frame.samples > 960)
                fail("the sound's description");
            if (frame.samples - expected <= 1)
                return;
        }
    }
    fail("sound");
}

#endif
