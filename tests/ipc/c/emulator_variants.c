/*
 * An emulator's end of the contract that behaves as existing emulators do. It shows one colour with a white bar that
 * moves, publishes 60 frames a second, answers each audio request with a 441 Hz triangle, and ends by SIGTERM.
 *
 * usage: emulator_variants RED GREEN BLUE [OPTION…]
 *   size WIDTHxHEIGHT     instead of 640x480
 *   one-descriptor        no audio eventfd at the handshake; the sound's frames are still in the ring
 *   silent-eventfd        the audio eventfd is never signalled
 *   ignores-request       answers with the time of 1024 samples instead of the requested number: 882 at 44.1 kHz
 *   late-t4               writes a ping's t4 after the eventfd
 *   laps                  publishes a thousand frames a second, and so overwrites what a slow reader reads
 *   mono-8-bit            sound of 8 bits, mono, 22050 Hz, widened
 *   argb                  pixels as bytes A,R,G,B
 *   pointer               a pointer that moves to the right, a pixel a frame, half way down
 *   dies FRAMES           draws half of a frame after so many, and exits
 */
#define _GNU_SOURCE
#include "contract.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static Segment *segment;
static int frame_ready, audio_ready;
static char shm_name[64], socket_path[108];
static uint32_t colour[3], width = 640, height = 480;
static int one_descriptor, silent_eventfd, ignores_request, late_t4, laps, mono_8_bit, argb, pointer, dies;
static uint64_t phase;

static void clean_up(int signal_number)
{
    (void)signal_number;
    shm_unlink(shm_name);
    unlink(socket_path);
    _exit(0);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t realtime_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
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
    segment->width = width;
    segment->height = height;
    segment->pixel_format = !argb;
    segment->magic = MAGIC;
}

static int listen_at(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(socket_path, sizeof socket_path, "/tmp/macemu-%d.sock", getpid());
    memcpy(address.sun_path, socket_path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        fail("listen");
    return fd;
}

static int do_handshake(int listener)
{
    int peer = accept(listener, NULL, NULL);
    int fds[2] = {frame_ready, audio_ready}, count = one_descriptor ? 1 : 2;
    char control[CMSG_SPACE(sizeof fds)] = {0};
    struct iovec byte = {.iov_base = "E", .iov_len = 1};
    struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, count * sizeof(int));
    if (sendmsg(peer, &message, MSG_NOSIGNAL) != 1)
        return -1;
    return peer;
}

static void signal_eventfd(int fd)
{
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) != sizeof one && errno != EAGAIN)
        fail("eventfd");
}

static void draw(uint32_t slot, uint32_t rows)
{
    uint32_t bar = segment->frame_count % height;
    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < width; x++) {
            uint8_t *pixel = &segment->frames[slot][y][4 * x];
            for (int c = 0; c < 3; c++) /* bytes A,R,G,B or B,G,R,A */
                pixel[argb ? 1 + c : 2 - c] = y == bar ? 255 : (uint8_t)colour[c];
            pixel[argb ? 0 : 3] = 255;
        }
}

static void publish(void)
{
    uint32_t slot = segment->write_index;
    if (dies && (int)segment->frame_count >= dies) {
        draw(slot, height / 2);
        raise(SIGKILL);
    }
    draw(slot, height);
    segment->dirty_x = segment->dirty_y = 0;
    segment->dirty_width = width;
    segment->dirty_height = height;
    if (pointer) {
        segment->cursor_x = segment->frame_count % width;
        segment->cursor_y = height / 2;
        segment->cursor_visible = 1;
    }
    segment->timestamp_us = realtime_us();
    if (!late_t4)
        segment->ping_t4_frame_us = segment->timestamp_us;
    __atomic_store_n(&segment->ready_index, slot, __ATOMIC_RELEASE);
    __atomic_store_n(&segment->write_index, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
    __atomic_store_n(&segment->frame_count, segment->frame_count + 1, __ATOMIC_RELEASE);
    signal_eventfd(frame_ready);
    if (late_t4)
        segment->ping_t4_frame_us = realtime_us();
}

static int triangle(uint32_t rate)
{
    int place = (int)(phase++ * 441 * 4 * 8000 / rate % (4 * 8000));
    return place < 16000 ? place - 8000 : 24000 - place;
}

static void play(uint32_t requested)
{
    uint32_t slot = __atomic_load_n(&segment->audio_frame_write_idx, __ATOMIC_ACQUIRE);
    if ((slot + 1) % SLOTS == __atomic_load_n(&segment->audio_frame_read_idx, __ATOMIC_ACQUIRE))
        return;
    AudioFrame *frame = &segment->audio_frame_ring[slot];
    frame->sample_rate = mono_8_bit ? 22050 : 44100;
    frame->channels = mono_8_bit ? 1 : 2;
    frame->samples = ignores_request ? 882 : requested * frame->sample_rate / 48000;
    frame->format = 1;
    frame->timestamp_us = realtime_us();
    for (uint32_t i = 0; i < frame->samples; i++) {
        int sample = triangle(frame->sample_rate);
        if (mono_8_bit)
            sample &= ~0xFF;
        for (uint32_t c = 0; c < frame->channels; c++) {
            uint8_t *bytes = &frame->data[2 * (i * frame->channels + c)];
            bytes[0] = (uint8_t)(sample >> 8);
            bytes[1] = (uint8_t)sample;
        }
    }
    __atomic_store_n(&segment->audio_frame_write_idx, (slot + 1) % SLOTS, __ATOMIC_RELEASE);
    if (!silent_eventfd && !one_descriptor)
        signal_eventfd(audio_ready);
}

static void answer(const PingMessage *ping)
{
    segment->ping_t1_browser_ms = ping->t1_browser_send_ms;
    segment->ping_t2_server_us = ping->t2_server_recv_us;
    segment->ping_t3_emulator_us = realtime_us();
    __atomic_store_n(&segment->ping_sequence, ping->sequence, __ATOMIC_RELEASE);
}

/* Process one message; return 0 when the server has disconnected. */
static int serve(int peer)
{
    static const size_t sizes[] = {0, sizeof(KeyMessage), sizeof(MouseMessage), sizeof(CommandMessage),
                                   sizeof(PingMessage), sizeof(AudioRequestMessage), sizeof(MouseModeMessage)};
    uint64_t message[4];
    Header *header = (Header *)message;
    if (recv(peer, header, sizeof *header, MSG_WAITALL) != sizeof *header || !header->type || header->type > MOUSE_MODE)
        return 0;
    size_t rest = sizes[header->type] - sizeof *header;
    if (recv(peer, header + 1, rest, MSG_WAITALL) != (ssize_t)rest)
        return 0;
    if (header->type == PING)
        answer((PingMessage *)message);
    else if (header->type == AUDIO_REQUEST)
        play(((AudioRequestMessage *)message)->requested_samples);
    return 1;
}

static void read_options(int argc, char **argv)
{
    static const struct { const char *name; int *flag; } flags[] = {
        {"one-descriptor", &one_descriptor}, {"silent-eventfd", &silent_eventfd}, {"ignores-request", &ignores_request},
        {"late-t4", &late_t4}, {"laps", &laps}, {"mono-8-bit", &mono_8_bit}, {"argb", &argb},
        {"pointer", &pointer},
    };
    for (int c = 0; c < 3; c++)
        colour[c] = (uint32_t)atoi(argv[1 + c]);
    for (int i = 4; i < argc; i++) {
        for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
            if (!strcmp(argv[i], flags[f].name))
                *flags[f].flag = 1;
        if (!strcmp(argv[i], "dies") && i + 1 < argc)
            dies = atoi(argv[++i]);
        else if (!strcmp(argv[i], "size") && i + 1 < argc && sscanf(argv[++i], "%ux%u", &width, &height) != 2)
            fail("size");
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    alarm(120); /* so that this process ends if its test was killed */
    signal(SIGTERM, clean_up);
    signal(SIGALRM, clean_up);
    read_options(argc, argv);
    frame_ready = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
    audio_ready = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
    make_segment();
    struct pollfd polled[2] = {{.fd = listen_at(), .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    uint64_t due = realtime_us();
    for (;;) {
        uint64_t now = realtime_us();
        if (polled[1].fd >= 0 && now >= due) {
            publish();
            due = now + (laps ? 1000 : 16667);
        }
        if (poll(polled, 2, polled[1].fd < 0 ? -1 : 1) <= 0)
            continue;
        if (polled[1].fd >= 0 && polled[1].revents && !serve(polled[1].fd)) {
            close(polled[1].fd);
            polled[1].fd = -1;
        }
        if (polled[1].fd < 0 && polled[0].revents)
            polled[1].fd = do_handshake(polled[0].fd);
    }
}
