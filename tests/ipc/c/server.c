/*
 * A small server: connects to an emulator, sends the six messages, one of them in two halves, waits for the frame
 * that the ping brings and for the sound that the audio request brings, and prints what it finds.
 *
 * usage: server PID
 */
#define _GNU_SOURCE
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

static Segment *segment;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void open_segment(int pid)
{
    char name[64];
    struct stat status;
    snprintf(name, sizeof name, "/macemu-video-%d", pid);
    int fd = shm_open(name, O_RDWR, 0);
    if (fd < 0 || fstat(fd, &status) < 0)
        fail("shm_open");
    printf("segment size %lld mode %o\n", (long long)status.st_size, (unsigned)status.st_mode & 0777u);
    segment = mmap(NULL, sizeof *segment, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (segment == MAP_FAILED)
        fail("mmap");
    close(fd);
    printf("header %x %u %d %u\n", segment->magic, segment->version, segment->pid == (uint32_t)pid, segment->state);
    const AudioFrame *silence = &segment->audio_silence_frame;
    printf("silence %u %u %u %u\n", silence->sample_rate, silence->channels, silence->samples, silence->format);
}

static int connect_to(int pid)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/macemu-%d.sock", pid);
    int peer = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(peer, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    return peer;
}

static void do_handshake(int peer, int fds[2])
{
    char byte = 0, control[CMSG_SPACE(2 * sizeof(int))] = {0};
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(peer, &message, 0) != 1)
        fail("recvmsg");
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (!rights || rights->cmsg_type != SCM_RIGHTS || rights->cmsg_len != CMSG_LEN(2 * sizeof(int)))
        fail("descriptors");
    memcpy(fds, CMSG_DATA(rights), 2 * sizeof(int));
    printf("handshake %c\n", byte);
}

static void send_bytes(int peer, const void *bytes, size_t size)
{
    if (send(peer, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
        fail("send");
}

static void send_messages(int peer)
{
    KeyMessage key = {.header = {.type = KEY, .flags = 1}, .mac_keycode = 0x24, .modifiers = 2};
    MouseMessage moved = {.header = {.type = MOUSE}, .x = -5, .y = 7, .buttons = 1, .timestamp_ms = 99};
    MouseMessage placed = {.header = {.type = MOUSE, .flags = 0x10}, .x = (int16_t)40000, .y = 9, .buttons = 4};
    CommandMessage command = {.header = {.type = COMMAND}, .command = PAUSE};
    MouseModeMessage mode = {.header = {.type = MOUSE_MODE}, .mode = 1};
    AudioRequestMessage request = {.header = {.type = AUDIO_REQUEST}, .requested_samples = 960};
    PingMessage ping = {.header = {.type = PING}, .sequence = 5, .t1_browser_send_ms = 11, .t2_server_recv_us = 22};
    send_bytes(peer, &key, sizeof key);
    send_bytes(peer, &moved, 10);
    send_bytes(peer, (char *)&moved + 10, sizeof moved - 10);
    send_bytes(peer, &placed, sizeof placed);
    send_bytes(peer, &command, sizeof command);
    send_bytes(peer, &mode, sizeof mode);
    send_bytes(peer, &request, sizeof request);
    send_bytes(peer, &ping, sizeof ping);
}

static void wait_for(int fd, const char *what)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    uint64_t value;
    if (poll(&ready, 1, 10000) != 1 || read(fd, &value, sizeof value) != sizeof value)
        fail(what);
    printf("%s signalled %llu\n", what, (unsigned long long)value);
}

static void print_sound(void)
{
    uint32_t slot = __atomic_load_n(&segment->audio_frame_read_idx, __ATOMIC_ACQUIRE);
    const AudioFrame *frame = &segment->audio_frame_ring[slot];
    int first = (int16_t)(frame->data[0] << 8 | frame->data[1]);
    int second = (int16_t)(frame->data[2] << 8 | frame->data[3]);
    printf("sound %u %u %u %u %llu %d %d\n", frame->sample_rate, frame->channels, frame->samples, frame->format,
           (unsigned long long)frame->timestamp_us, first, second);
    printf("sound fields %u %u %u %u %llu\n", segment->audio_sample_rate, segment->audio_channels,
           segment->audio_format, segment->audio_samples_in_frame, (unsigned long long)segment->audio_frame_count);
    __atomic_store_n(&segment->audio_frame_read_idx, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
}

static void print_frame(void)
{
    const uint8_t *pixel = &segment->frames[segment->ready_index][segment->height - 1][(segment->width - 1) * 4];
    printf("frame %llu slot %u next %u size %ux%u format %u\n", (unsigned long long)segment->frame_count,
           segment->ready_index, segment->write_index, segment->width, segment->height, segment->pixel_format);
    printf("dirty %u %u %u %u cursor %u %u %u time %llu\n", segment->dirty_x, segment->dirty_y, segment->dirty_width,
           segment->dirty_height, segment->cursor_x, segment->cursor_y, segment->cursor_visible,
           (unsigned long long)segment->timestamp_us);
    printf("last pixel %u %u %u %u\n", pixel[0], pixel[1], pixel[2], pixel[3]);
    uint32_t sequence = __atomic_load_n(&segment->ping_sequence, __ATOMIC_ACQUIRE);
    printf("ping %u %llu %llu %llu %llu\n", sequence, (unsigned long long)segment->ping_t1_browser_ms,
           (unsigned long long)segment->ping_t2_server_us, (unsigned long long)segment->ping_t3_emulator_us,
           (unsigned long long)segment->ping_t4_frame_us);
}

int main(int argc, char **argv)
{
    alarm(30);
    if (argc != 2)
        return 2;
    int pid = atoi(argv[1]), fds[2];
    open_segment(pid);
    int peer = connect_to(pid);
    do_handshake(peer, fds);
    send_messages(peer);
    wait_for(fds[1], "audio eventfd");
    print_sound();
    wait_for(fds[0], "frame eventfd");
    print_frame();
    return 0;
}
