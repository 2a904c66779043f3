/*
 * A small emulator's end of the contract that behaves as existing C++ ones do. It prints each message, publishes
 * a frame for each ping (writing t4 after the eventfd), and puts a ramp into the audio ring for each audio request
 * without ever signalling the audio eventfd. The command "start" makes it publish 2000 frames at full speed, "stop"
 * ends it.
 *
 * usage: emulator DESCRIPTORS     (1: without an audio eventfd, 2: with one)
 */
#define _GNU_SOURCE
#include "contract.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static Segment *segment;
static int frame_ready, audio_ready;
static char shm_name[64], socket_path[64];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void make_segment(void)
{
    snprintf(shm_name, sizeof shm_name, "/macemu-video-%d", getpid());
    int fd = shm_open(shm_name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *segment) < 0)
        fail("shm_open");
    segment = mmap(NULL, sizeof *segment, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (segment == MAP_FAILED)
        fail("mmap");
    close(fd);
    segment->version = 4;
    segment->pid = getpid();
    segment->state = 1;
    segment->width = 640;
    segment->height = 480;
    segment->pixel_format = 1;
    segment->magic = MAGIC;
}

static int listen_at(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(socket_path, sizeof socket_path, "/tmp/macemu-%d.sock", getpid());
    strcpy(address.sun_path, socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        fail("listen");
    return fd;
}

static void do_handshake(int peer, int descriptors)
{
    int fds[2] = {frame_ready, audio_ready};
    char control[CMSG_SPACE(sizeof fds)] = {0};
    struct iovec byte = {.iov_base = "E", .iov_len = 1};
    struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, descriptors * sizeof(int));
    if (sendmsg(peer, &message, 0) != 1)
        fail("sendmsg");
}

/* The contract's order; the barriers keep the compiler from changing it. */
static void finish(uint32_t slot)
{
    segment->timestamp_us = 1000000 + segment->frame_count;
    __atomic_store_n(&segment->ready_index, slot, __ATOMIC_RELEASE);
    __atomic_store_n(&segment->write_index, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
    __atomic_store_n(&segment->frame_count, segment->frame_count + 1, __ATOMIC_RELEASE);
    uint64_t one = 1;
    if (write(frame_ready, &one, sizeof one) != sizeof one)
        fail("eventfd");
}

static void publish(void)
{
    uint32_t slot = segment->write_index;
    for (int y = 0; y < 480; y++)
        for (int x = 0; x < 640 * 4; x++)
            segment->frames[slot][y][x] = (uint8_t)(x + y + segment->frame_count);
    segment->dirty_x = 10;
    segment->dirty_y = 20;
    segment->dirty_width = 30;
    segment->dirty_height = 40;
    segment->cursor_x = 639;
    segment->cursor_y = 479;
    segment->cursor_visible = 1;
    finish(slot);
}

/* Publish many frames as fast as they can be drawn: all pixels and dirty_x contain its number. */
static void flood(void)
{
    for (int i = 0; i < 2000; i++) {
        uint32_t slot = segment->write_index;
        uint64_t number = segment->frame_count + 1;
        memset(segment->frames[slot], (int)(number & 0xFF), 480 * STRIDE);
        segment->dirty_x = (uint32_t)(number % 500);
        segment->dirty_width = segment->dirty_height = 1;
        finish(slot);
    }
}

static void echo(const PingMessage *ping)
{
    segment->ping_t1_browser_ms = ping->t1_browser_send_ms;
    segment->ping_t2_server_us = ping->t2_server_recv_us;
    segment->ping_t3_emulator_us = 333;
    __atomic_store_n(&segment->ping_sequence, ping->sequence, __ATOMIC_RELEASE);
    publish();
    segment->ping_t4_frame_us = 444;
}

static void play(uint32_t samples)
{
    uint32_t slot = __atomic_load_n(&segment->audio_frame_write_idx, __ATOMIC_ACQUIRE);
    if ((slot + 1) % SLOTS == __atomic_load_n(&segment->audio_frame_read_idx, __ATOMIC_ACQUIRE))
        return;
    AudioFrame *frame = &segment->audio_frame_ring[slot];
    frame->sample_rate = 44100;
    frame->channels = 2;
    frame->samples = samples;
    frame->format = 1;
    frame->timestamp_us = 77;
    for (uint32_t i = 0; i < samples * 2; i++) {
        frame->data[2 * i] = (uint8_t)(i >> 8);
        frame->data[2 * i + 1] = (uint8_t)i;
    }
    __atomic_store_n(&segment->audio_frame_write_idx, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
}

static void read_exactly(int peer, void *into, size_t size)
{
    if (recv(peer, into, size, MSG_WAITALL) != (ssize_t)size)
        fail("recv");
}

#define REST(message) read_exactly(peer, (char *)&(message) + sizeof header, sizeof(message) - sizeof header)

static int serve_one(int peer)
{
    Header header;
    if (recv(peer, &header, sizeof header, MSG_WAITALL) != sizeof header)
        return 0;
    if (header.type == KEY) {
        KeyMessage key;
        REST(key);
        printf("key %d %d %d\n", key.mac_keycode, header.flags & 1, key.modifiers);
    } else if (header.type == MOUSE) {
        MouseMessage mouse;
        REST(mouse);
        int absolute = (header.flags & 0x10) != 0;
        printf("mouse %d %d %d %d %llu\n", absolute ? (uint16_t)mouse.x : mouse.x,
               absolute ? (uint16_t)mouse.y : mouse.y, mouse.buttons, absolute, (unsigned long long)mouse.timestamp_ms);
    } else if (header.type == COMMAND) {
        CommandMessage command;
        REST(command);
        printf("command %d\n", command.command);
        if (command.command == START)
            flood();
        return command.command != STOP;
    } else if (header.type == PING) {
        PingMessage ping;
        REST(ping);
        printf("ping %u %llu\n", ping.sequence, (unsigned long long)ping.t3_emulator_recv_us);
        echo(&ping);
    } else if (header.type == AUDIO_REQUEST) {
        AudioRequestMessage request;
        REST(request);
        printf("audio %u\n", request.requested_samples);
        play(request.requested_samples);
    } else if (header.type == MOUSE_MODE) {
        MouseModeMessage mode;
        REST(mode);
        printf("mode %d\n", mode.mode);
    } else {
        printf("unknown %d\n", header.type);
        return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    alarm(30); /* so that this process ends if its test was killed */
    int descriptors = argc > 1 ? atoi(argv[1]) : 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    frame_ready = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
    audio_ready = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
    make_segment();
    int listener = listen_at();
    printf("ready\n");
    int peer = accept(listener, NULL, NULL);
    do_handshake(peer, descriptors);
    while (serve_one(peer))
        ;
    shm_unlink(shm_name);
    unlink(socket_path);
    return 0;
}
