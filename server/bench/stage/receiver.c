/*
 * Many viewers in one process: ICE, DTLS-SRTP, receiver reports and transport-wide feedback as a browser sends them, and
 * nothing decoded. Native, because SRTP in JavaScript would cost more than the worker that it measures.
 *
 *   cc -O2 -o receiver receiver.c -lssl -lcrypto -lsrtp2
 *
 * Says "ready FINGERPRINT" and then reads commands, a line each:
 *   add ID IP PORT REMOTE_UFRAG REMOTE_PWD LOCAL_UFRAG LOCAL_PWD VIDEO_SSRC TWCC_ID CAPTURE_ID
 *       opens a viewer at an ICE-lite server whose offer said so; 0 stands for an extension that was not offered
 *   stats   prints "stats {json}" of all that came since the last one
 * Says "up ID US" when a viewer's DTLS is up and "key ID US" when it has its first whole VP8 key frame; US is
 * microseconds since 1970. Ends with its input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { VIEWERS_MAX = 4096, BATCH = 32, PACKET_MAX = 2048, FEEDBACK_MAX = 512, DELAY_BINS = 20000 };
enum { TICK_US = 20000, FEEDBACK_US = 100000, REPORT_US = 1000000, CONSENT_US = 4000000, CHECK_US = 50000 };
enum state { CHECKING, SHAKING, RECEIVING };

struct arrival {
  uint16_t seq;
  uint64_t at;
};

struct viewer {
  int id, fd;
  enum state state;
  char user[128], password[64];
  uint32_t video_ssrc;
  int twcc_id, capture_id;
  uint64_t checked_at, reported_at, feedback_at;
  SSL *ssl;
  BIO *in, *out;
  srtp_t rx, tx;
  bool seq_known, has_key;
  uint16_t seq_max;
  uint32_t key_ts, frame_ts;
  int key_next; /* the sequence number that goes on with the key frame; -1 without one */
  uint64_t frame_captured;
  struct arrival arrivals[FEEDBACK_MAX];
  int arrived;
  uint8_t feedback_count;
};

static struct viewer *viewers[VIEWERS_MAX];
static int viewer_count, epoll_fd;
static SSL_CTX *ctx;

/* Since the last "stats". */
static struct {
  uint64_t packets, bytes, video, lost, frames;
  uint32_t delays[DELAY_BINS]; /* 0.1 ms each */
} sums;

static void die(const char *what) {
  fprintf(stderr, "receiver: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void put16(uint8_t *p, uint16_t v) {
  p[0] = v >> 8;
  p[1] = v;
}
static void put32(uint8_t *p, uint32_t v) {
  put16(p, v >> 16);
  put16(p + 2, v);
}
static uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }

/* ---- ICE: the controlling side of RFC 8445 towards a lite one, one candidate pair, nominated at once ---- */

static uint32_t crc32_of(const uint8_t *p, size_t n) {
  uint32_t crc = ~0u;
  while (n--) {
    crc ^= *p++;
    for (int i = 0; i < 8; i++) crc = crc >> 1 ^ (0xEDB88320u & -(crc & 1));
  }
  return ~crc;
}

static uint8_t *attribute(uint8_t *p, uint16_t type, const void *value, uint16_t length) {
  put16(p, type);
  put16(p + 2, length);
  memset(p + 4, 0, (length + 3u) & ~3u);
  if (length) memcpy(p + 4, value, length);
  return p + 4 + ((length + 3u) & ~3u);
}

static void send_check(struct viewer *v) {
  static const uint8_t priority[4] = {0x6e, 0x7f, 0x1e, 0xff}, tie_breaker[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  uint8_t message[512], digest[20], crc[4];
  put16(message, 1); /* binding request */
  put32(message + 4, 0x2112A442);
  RAND_bytes(message + 8, 12);
  uint8_t *p = attribute(message + 20, 0x0006, v->user, strlen(v->user));
  p = attribute(p, 0x0024, priority, 4);
  p = attribute(p, 0x802A, tie_breaker, 8);
  p = attribute(p, 0x0025, NULL, 0); /* use this candidate */
  put16(message + 2, p - message - 20 + 24);
  unsigned length = 20;
  HMAC(EVP_sha1(), v->password, strlen(v->password), message, p - message, digest, &length);
  p = attribute(p, 0x0008, digest, 20);
  put16(message + 2, p - message - 20 + 8);
  put32(crc, crc32_of(message, p - message) ^ 0x5354554e);
  p = attribute(p, 0x8028, crc, 4);
  (void)!send(v->fd, message, p - message, 0);
  v->checked_at = now_us();
}

/* ---- DTLS (RFC 5764): we are the client ---- */

static void flush_dtls(struct viewer *v) {
  uint8_t packet[PACKET_MAX];
  for (int n; (n = BIO_read(v->out, packet, sizeof packet)) > 0;) (void)!send(v->fd, packet, n, 0);
}

static void keys(struct viewer *v) {
  SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(v->ssl);
  bool gcm = profile && profile->id == SRTP_AEAD_AES_128_GCM;
  int key = 16, salt = gcm ? 12 : 14;
  uint8_t material[60], sent[30], received[30];
  if (SSL_export_keying_material(v->ssl, material, 2 * (key + salt), "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) != 1)
    die("no keying material");
  memcpy(sent, material, key);
  memcpy(sent + key, material + 2 * key, salt);
  memcpy(received, material + key, key);
  memcpy(received + key, material + 2 * key + salt, salt);
  srtp_policy_t policy = {.window_size = 1024, .allow_repeat_tx = 1};
  if (gcm) {
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
  } else {
    srtp_crypto_policy_set_rtp_default(&policy.rtp);
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
  }
  policy.ssrc.type = ssrc_any_inbound;
  policy.key = received;
  if (srtp_create(&v->rx, &policy)) die("srtp_create");
  policy.ssrc.type = ssrc_any_outbound;
  policy.key = sent;
  if (srtp_create(&v->tx, &policy)) die("srtp_create");
}

static void say(const char *what, const struct viewer *v, uint64_t at) {
  printf("%s %d %llu\n", what, v->id, (unsigned long long)at);
  fflush(stdout);
}

static void shake(struct viewer *v) {
  int done = SSL_do_handshake(v->ssl);
  flush_dtls(v);
  if (done != 1) return;
  keys(v);
  v->state = RECEIVING;
  v->reported_at = v->feedback_at = now_us();
  say("up", v, v->reported_at);
}

static void start_dtls(struct viewer *v) {
  v->ssl = SSL_new(ctx);
  v->in = BIO_new(BIO_s_mem());
  v->out = BIO_new(BIO_s_mem());
  SSL_set_bio(v->ssl, v->in, v->out);
  SSL_set_options(v->ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(v->ssl, 1200);
  SSL_set_connect_state(v->ssl);
  v->state = SHAKING;
  shake(v);
}

/* ---- RTCP ---- */

static void send_rtcp(struct viewer *v, uint8_t *packet, int length) {
  if (srtp_protect_rtcp(v->tx, packet, &length) == srtp_err_status_ok) (void)!send(v->fd, packet, length, 0);
}

static void send_report(struct viewer *v) {
  uint8_t packet[128] = {0x81, 201};
  put16(packet + 2, 7);
  put32(packet + 4, 1);
  put32(packet + 8, v->video_ssrc);
  put32(packet + 16, v->seq_max);
  send_rtcp(v, packet, 32);
}

/* draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1: two-bit symbols, deltas of 250 us. */
static void send_feedback(struct viewer *v) {
  uint8_t packet[PACKET_MAX] = {0x80 | 15, 205}, deltas[2 * FEEDBACK_MAX];
  uint16_t base = v->arrivals[0].seq, count = v->arrivals[v->arrived - 1].seq - base + 1;
  uint64_t reference = v->arrivals[0].at / 64000;
  if (count > 1000) { /* a gap that no feedback can tell */
    v->arrived = 0;
    return;
  }
  put32(packet + 4, 1);
  put32(packet + 8, v->video_ssrc);
  put16(packet + 12, base);
  put16(packet + 14, count);
  put32(packet + 16, (uint32_t)(reference & 0xffffff) << 8 | v->feedback_count++);
  int at = 20, delta_bytes = 0, next = 0;
  int64_t told = reference * 64000;
  for (int i = 0; i < count; i += 7) {
    uint16_t chunk = 0xC000;
    for (int k = 0; k < 7 && i + k < count; k++) {
      if (next >= v->arrived || v->arrivals[next].seq != (uint16_t)(base + i + k)) continue;
      int64_t ticks = ((int64_t)v->arrivals[next++].at - told) / 250;
      told += ticks * 250;
      bool small = ticks >= 0 && ticks < 256;
      chunk |= (small ? 1 : 2) << (2 * (6 - k));
      if (small)
        deltas[delta_bytes++] = ticks;
      else {
        put16(deltas + delta_bytes, (int16_t)ticks);
        delta_bytes += 2;
      }
    }
    put16(packet + at, chunk);
    at += 2;
  }
  memcpy(packet + at, deltas, delta_bytes);
  at += delta_bytes;
  int padding = -at & 3;
  if (padding) {
    packet[0] |= 0x20;
    packet[at + padding - 1] = padding;
    at += padding;
  }
  put16(packet + 2, at / 4 - 1);
  v->arrived = 0;
  send_rtcp(v, packet, at);
}

/* ---- RTP ---- */

/* An element of the one-byte header extensions (RFC 8285, section 4.2), or NULL. */
static const uint8_t *extension(const uint8_t *rtp, int header, int id) {
  if (!id || !(rtp[0] & 0x10)) return NULL;
  const uint8_t *p = rtp + 12 + 4 * (rtp[0] & 15), *end = rtp + header;
  if (get16(p) != 0xBEDE) return NULL;
  for (p += 4; p < end;) {
    if (!*p) {
      p++;
      continue;
    }
    if (*p >> 4 == id) return p + 1;
    p += 2 + (*p & 15);
  }
  return NULL;
}

/* RFC 7741: whether a VP8 payload begins a key frame. */
static bool begins_key_frame(const uint8_t *p, int length) {
  if (length < 1 || !(p[0] & 0x10) || (p[0] & 7)) return false;
  int at = 1;
  if (p[0] & 0x80) {
    uint8_t x = p[at++];
    if (x & 0x80) at += p[at] & 0x80 ? 2 : 1;
    if (x & 0x40) at++;
    if (x & 0x30) at++;
  }
  return at < length && !(p[at] & 1);
}

static void on_video(struct viewer *v, const uint8_t *rtp, int header, int length, uint64_t at) {
  uint16_t seq = get16(rtp + 2);
  uint32_t ts = get32(rtp + 4);
  bool marker = rtp[1] & 0x80;
  sums.video++;
  int16_t ahead = v->seq_known ? (int16_t)(seq - v->seq_max) : 1;
  if (ahead > 0) {
    sums.lost += ahead - 1;
    v->seq_max = seq;
    v->seq_known = true;
  } else if (sums.lost)
    sums.lost--; /* it was only late */

  const uint8_t *captured = extension(rtp, header, v->capture_id);
  if (captured) { /* NTP: seconds since 1900 and their fraction */
    v->frame_ts = ts;
    v->frame_captured = (uint64_t)(get32(captured) - 2208988800u) * 1000000 + ((uint64_t)get32(captured + 4) * 1000000 >> 32);
  }
  if (marker && v->frame_captured && v->frame_ts == ts) {
    int64_t bin = (int64_t)(at - v->frame_captured) / 100;
    sums.delays[bin < 0 ? 0 : bin >= DELAY_BINS ? DELAY_BINS - 1 : bin]++;
    sums.frames++;
  }
  if (v->has_key) return;
  if (begins_key_frame(rtp + header, length - header)) {
    v->key_ts = ts;
    v->key_next = seq;
  }
  if (v->key_next != seq || v->key_ts != ts) {
    v->key_next = -1;
    return;
  }
  v->key_next = (uint16_t)(seq + 1);
  if (!marker) return;
  v->has_key = true;
  say("key", v, at);
}

static void on_rtp(struct viewer *v, uint8_t *rtp, int length, uint64_t at) {
  if (srtp_unprotect(v->rx, rtp, &length) != srtp_err_status_ok || length < 12) return;
  int header = 12 + 4 * (rtp[0] & 15);
  if (rtp[0] & 0x10) header += 4 + 4 * get16(rtp + header + 2);
  if (header > length) return;
  sums.packets++;
  sums.bytes += length;
  const uint8_t *twcc = extension(rtp, header, v->twcc_id);
  if (twcc && v->arrived < FEEDBACK_MAX) {
    uint16_t seq = get16(twcc);
    if (!v->arrived || (int16_t)(seq - v->arrivals[v->arrived - 1].seq) > 0)
      v->arrivals[v->arrived++] = (struct arrival){seq, at};
  }
  if (get32(rtp + 8) == v->video_ssrc) on_video(v, rtp, header, length, at);
}

static void on_packet(struct viewer *v, uint8_t *packet, int length, uint64_t at) {
  if (length < 2) return;
  if (packet[0] < 4) {
    if (v->state == CHECKING && get16(packet) == 0x0101) start_dtls(v);
  } else if (packet[0] < 64) {
    if (!v->ssl) return;
    BIO_write(v->in, packet, length);
    if (v->state == SHAKING) shake(v);
  } else if (v->state == RECEIVING) {
    int type = packet[1] & 0x7f;
    if (type < 64 || type > 95) on_rtp(v, packet, length, at); /* RFC 5761, section 4: the rest is RTCP */
  }
}

static void on_readable(struct viewer *v) {
  static uint8_t packets[BATCH][PACKET_MAX];
  static struct iovec parts[BATCH];
  static struct mmsghdr messages[BATCH];
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){packets[i], PACKET_MAX};
    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
  }
  int n = recvmmsg(v->fd, messages, BATCH, MSG_DONTWAIT, NULL);
  uint64_t at = now_us();
  for (int i = 0; i < n; i++) on_packet(v, packets[i], messages[i].msg_len, at);
}

static void tick(void) {
  uint64_t now = now_us();
  for (int i = 0; i < viewer_count; i++) {
    struct viewer *v = viewers[i];
    if (now - v->checked_at > (v->state == CHECKING ? CHECK_US : CONSENT_US)) send_check(v);
    if (v->state == SHAKING) {
      DTLSv1_handle_timeout(v->ssl);
      flush_dtls(v);
    }
    if (v->state != RECEIVING) continue;
    if (v->arrived && now - v->feedback_at > FEEDBACK_US) {
      v->feedback_at = now;
      send_feedback(v);
    }
    if (now - v->reported_at > REPORT_US) {
      v->reported_at = now;
      send_report(v);
    }
  }
}

/* ---- commands ---- */

static void add(const char *line) {
  char ip[64], remote_user[64], remote_password[64], local_user[32], local_password[64];
  int id, port, twcc, capture;
  unsigned ssrc;
  if (viewer_count == VIEWERS_MAX || sscanf(line, "add %d %63s %d %63s %63s %31s %63s %u %d %d", &id, ip, &port, remote_user,
                                            remote_password, local_user, local_password, &ssrc, &twcc, &capture) != 10)
    die("cannot add");
  struct viewer *v = calloc(1, sizeof *v);
  *v = (struct viewer){.id = id, .video_ssrc = ssrc, .twcc_id = twcc, .capture_id = capture, .key_next = -1};
  snprintf(v->user, sizeof v->user, "%s:%s", remote_user, local_user);
  strcpy(v->password, remote_password);
  v->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int room = 1 << 20;
  setsockopt(v->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, ip, &to.sin_addr);
  if (connect(v->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = v};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, v->fd, &event)) die("epoll_ctl");
  viewers[viewer_count++] = v;
  send_check(v);
}

static double percentile(double share) {
  uint64_t wanted = sums.frames * share, seen = 0;
  for (int i = 0; i < DELAY_BINS; i++)
    if ((seen += sums.delays[i]) > wanted) return i / 10.0;
  return DELAY_BINS / 10.0;
}

static void stats(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  int up = 0, keyed = 0;
  for (int i = 0; i < viewer_count; i++) {
    up += viewers[i]->state == RECEIVING;
    keyed += viewers[i]->has_key;
  }
  printf("stats {\"up\":%d,\"keyed\":%d,\"packets\":%llu,\"bytes\":%llu,\"video\":%llu,\"lost\":%llu,\"frames\":%llu,"
         "\"delayMsP50\":%.1f,\"delayMsP99\":%.1f,\"cpuS\":%.3f}\n",
         up, keyed, (unsigned long long)sums.packets, (unsigned long long)sums.bytes, (unsigned long long)sums.video,
         (unsigned long long)sums.lost, (unsigned long long)sums.frames, percentile(0.5), percentile(0.99),
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  fflush(stdout);
  memset(&sums, 0, sizeof sums);
}

static void on_input(void) {
  static char text[1 << 16];
  static size_t held;
  ssize_t n = read(0, text + held, sizeof text - 1 - held);
  if (n == 0) exit(0);
  if (n < 0) return;
  held += n;
  text[held] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    if (!strncmp(line, "add ", 4)) add(line);
    if (!strcmp(line, "stats")) stats();
  }
  held -= line - text;
  memmove(text, line, held);
}

/* ---- start ---- */

static int trust_any(int ok, X509_STORE_CTX *store) {
  (void)ok, (void)store;
  return 1; /* the server is our own, on this machine */
}

static void prepare_dtls(void) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const uint8_t *)"receiver", -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  ctx = SSL_CTX_new(DTLS_client_method());
  SSL_CTX_use_certificate(ctx, certificate);
  SSL_CTX_use_PrivateKey(ctx, key);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, trust_any);
  if (SSL_CTX_set_tlsext_use_srtp(ctx, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80")) die("SRTP profiles");
  uint8_t digest[32];
  unsigned length = sizeof digest;
  X509_digest(certificate, EVP_sha256(), digest, &length);
  printf("ready ");
  for (unsigned i = 0; i < length; i++) printf(i ? ":%02X" : "%02X", digest[i]);
  printf("\n");
  fflush(stdout);
}

int main(void) {
  srtp_init();
  epoll_fd = epoll_create1(0);
  struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
  fcntl(0, F_SETFL, O_NONBLOCK);
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &input);
  prepare_dtls();
  for (uint64_t ticked_at = 0;;) {
    int n = epoll_wait(epoll_fd, events, 256, TICK_US / 1000);
    for (int i = 0; i < n; i++) events[i].data.ptr ? on_readable(events[i].data.ptr) : on_input();
    if (now_us() - ticked_at < TICK_US) continue;
    ticked_at = now_us();
    tick();
  }
}
