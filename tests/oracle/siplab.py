"""Small parts for driving the lab: AMI client, SIP peer, phone, sniffer. Standard library only."""
import hashlib, json, os, re, select, socket, struct, subprocess, threading, time, itertools

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab')


def lab(*args, check=True):
    """Run ./lab and return its output."""
    r = subprocess.run([os.path.join(HERE, 'lab'), *args], capture_output=True, text=True)
    if check and r.returncode:
        raise RuntimeError(f'lab {args}: {r.stderr}')
    return r.stdout


class Ami:
    """One AMI connection; events are collected when events=True."""

    def __init__(self, host, events=False, user='lab', secret='lab'):
        self.sock = socket.create_connection((host, 5038), timeout=10)
        self.buf = b''
        self.events = []
        self.ids = itertools.count(1)
        self._line()
        self.action('Login', Username=user, Secret=secret, Events='on' if events else 'off')

    def _fill(self):
        data = self.sock.recv(1 << 16)
        if not data:
            raise ConnectionError('AMI closed')
        self.buf += data

    def _line(self):
        while b'\r\n' not in self.buf:
            self._fill()
        line, self.buf = self.buf.split(b'\r\n', 1)
        return line

    def _message(self):
        while b'\r\n\r\n' not in self.buf:
            self._fill()
        text, self.buf = self.buf.split(b'\r\n\r\n', 1)
        out = {}
        for line in text.decode('utf-8', 'replace').split('\r\n'):
            key, _, value = line.partition(': ')
            if key == 'Output':
                out.setdefault('Output', []).append(value)
            else:
                out[key.rstrip(':')] = value
        return out

    def action(self, name, **headers):
        aid = str(next(self.ids))
        text = ''.join(f'{k}: {v}\r\n' for k, v in headers.items())
        self.sock.sendall(f'Action: {name}\r\nActionID: {aid}\r\n{text}\r\n'.encode())
        while True:
            m = self._message()
            if m.get('ActionID') == aid and 'Response' in m:
                return m
            if 'Event' in m:
                self.events.append(m)

    def many(self, name, requests):
        """Pipeline one action for many header sets; answers in order."""
        want = []
        for chunk in range(0, len(requests), 100):
            part, text = requests[chunk:chunk + 100], ''
            ids = []
            for headers in part:
                aid = str(next(self.ids))
                ids.append(aid)
                text += f'Action: {name}\r\nActionID: {aid}\r\n' + ''.join(f'{k}: {v}\r\n' for k, v in headers.items()) + '\r\n'
            self.sock.sendall(text.encode())
            got = {}
            while len(got) < len(ids):
                m = self._message()
                if 'Response' in m:
                    got[m['ActionID']] = m
                elif 'Event' in m:
                    self.events.append(m)
            want += [got[i] for i in ids]
        return want

    def cli(self, command):
        return self.action('Command', Command=command).get('Output', [])

    def drain(self, seconds):
        """Collect events for a while."""
        end = time.time() + seconds
        while (left := end - time.time()) > 0:
            if b'\r\n\r\n' in self.buf or select.select([self.sock], [], [], left)[0]:
                m = self._message()
                if 'Event' in m:
                    self.events.append(m)
        got, self.events = self.events, []
        return got


class Sip:
    """A SIP message: start line, list of headers, body."""

    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b'\r\n\r\n')
        lines = head.decode('utf-8', 'replace').split('\r\n')
        self.start = lines[0]
        self.headers = [(k.strip(), v.strip()) for k, _, v in (x.partition(':') for x in lines[1:])]

    def get(self, name, default=None):
        return next((v for k, v in self.headers if k.lower() == name.lower()), default)

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    @property
    def request(self):
        return not self.start.startswith('SIP/2.0')

    @property
    def method(self):
        return self.start.split()[0] if self.request else self.get('CSeq').split()[1]

    @property
    def code(self):
        return 0 if self.request else int(self.start.split()[1])

    def reply(self, code, reason='OK', headers=(), body=b'', tag='lab'):
        out = [f'SIP/2.0 {code} {reason}'] + [f'Via: {v}' for v in self.all('Via')]
        to = self.get('To')
        if ';tag=' not in to:
            to += f';tag={tag}'
        out += [f'From: {self.get("From")}', f'To: {to}', f'Call-ID: {self.get("Call-ID")}', f'CSeq: {self.get("CSeq")}']
        out += [f'{k}: {v}' for k, v in headers] + [f'Content-Length: {len(body)}']
        return ('\r\n'.join(out) + '\r\n\r\n').encode() + body


def digest(challenge, method, uri, user, password):
    """The Authorization value for an MD5 challenge."""
    p = dict(re.findall(r'(\w+)=(?:")?([^",]+)', challenge))
    h = lambda s: hashlib.md5(s.encode()).hexdigest()
    a1, a2 = h(f'{user}:{p["realm"]}:{password}'), h(f'{method}:{uri}')
    out = f'Digest username="{user}", realm="{p["realm"]}", nonce="{p["nonce"]}", uri="{uri}", algorithm=MD5'
    if 'qop' in p:
        out += ', qop=auth, nc=00000001, cnonce="lab", response="%s"' % h(f'{a1}:{p["nonce"]}:00000001:lab:auth:{a2}')
    else:
        out += ', response="%s"' % h(f'{a1}:{p["nonce"]}:{a2}')
    if 'opaque' in p:
        out += f', opaque="{p["opaque"]}"'
    return out


class Peer:
    """A UDP SIP element: sends requests and answers with a handler (default: a plain publication server)."""

    def __init__(self, ip, port=5060):
        self.ip, self.port = ip, port
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((ip, port))
        self.seq = itertools.count(1)
        self.etag = itertools.count(1000)
        self.got = []           # requests received
        self.answers = {}       # (call-id, cseq) -> final answers received
        self.handler = self.esc
        self.cond = threading.Condition()
        self.alive = True
        self.seen = {}
        self.sock.settimeout(0.1)
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def close(self):
        self.alive = False
        self.thread.join(2)
        self.sock.close()

    def esc(self, m, addr):
        """Answer a PUBLISH as a publication server would; others 200."""
        if m.method == 'PUBLISH':
            return m.reply(200, headers=[('SIP-ETag', str(next(self.etag))), ('Expires', m.get('Expires', '3600'))])
        return m.reply(200)

    def _loop(self):
        while self.alive:
            try:
                raw, addr = self.sock.recvfrom(65535)
            except TimeoutError:
                continue
            except OSError:
                return
            m = Sip(raw)
            with self.cond:
                if m.request:
                    key = (m.get('Call-ID'), m.get('CSeq'), m.get('Via'))
                    if key not in self.seen:
                        self.got.append(m)
                        self.seen[key] = self.handler(m, addr)
                    out = self.seen[key]
                    if out:
                        for x in out if isinstance(out, list) else [out]:
                            self.sock.sendto(x, addr)
                else:
                    self.answers.setdefault((m.get('Call-ID'), m.get('CSeq')), []).append(m)
                self.cond.notify_all()

    def send(self, dst, raw):
        self.sock.sendto(raw, dst)

    def ask(self, dst, method, uri, frm, headers=(), body=b'', ctype=None, call_id=None, to=None, cseq=None, timeout=3, contact=True):
        """Send a request, wait for the final answer (None: none came)."""
        n = cseq or next(self.seq)
        cid = call_id or f'lab-{n}-{time.time_ns():x}@{self.ip}'
        out = [f'{method} {uri} SIP/2.0', f'Via: SIP/2.0/UDP {self.ip}:{self.port};rport;branch=z9hG4bKlab{time.time_ns():x}',
               'Max-Forwards: 70', f'From: {frm}', f'To: {to or "<" + uri + ">"}', f'Call-ID: {cid}', f'CSeq: {n} {method}']
        if contact:
            out.append(f'Contact: <sip:{self.ip}:{self.port}>')
        out += [f'{k}: {v}' for k, v in headers]
        if ctype:
            out.append(f'Content-Type: {ctype}')
        out.append(f'Content-Length: {len(body)}')
        self.sock.sendto(('\r\n'.join(out) + '\r\n\r\n').encode() + body, dst)
        end = time.time() + timeout
        key = (cid, f'{n} {method}')
        with self.cond:
            while True:
                for a in self.answers.get(key, []):
                    if a.code >= 200:
                        return a
                left = end - time.time()
                if left <= 0 or not self.cond.wait(left):
                    if time.time() >= end:
                        return None

    def publish(self, dst, uri, frm, event, body=None, etag=None, expires=3600, ctype='application/json', extra=(), **kw):
        h = [] if event is None else [('Event', event)]
        if expires is not None:
            h.append(('Expires', expires))
        if etag is not None:
            h.append(('SIP-If-Match', etag))
        raw = b'' if body is None else body if isinstance(body, bytes) else json.dumps(body, separators=(',', ':')).encode()
        return self.ask(dst, 'PUBLISH', uri, frm, h + list(extra), raw, ctype if body is not None else None, contact=False, **kw)


SDP = 'v=0\r\no=- 1 {n} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na={dir}\r\n'


class Phone(Peer):
    """A phone good enough to register, ring, answer, hold, hang up."""

    def __init__(self, ip, server, user, password='lab', port=5060):
        self.server, self.user, self.password = server, user, password
        self.invite = None
        self.auto = None        # None: just ring; 'answer'; 'busy'
        super().__init__(ip, port)
        self.handler = self.on_request
        self.uri = f'sip:{user}@{server[0]}:{server[1]}'
        self.sdp_n = itertools.count(1)

    def sdp(self, direction='sendrecv'):
        return SDP.format(ip=self.ip, n=next(self.sdp_n), dir=direction).encode()

    def contact(self):
        return ('Contact', f'<sip:{self.user}@{self.ip}:{self.port}>')

    def auth_ask(self, method, uri, frm, headers=(), body=b'', ctype=None, **kw):
        cid = kw.pop('call_id', None) or f'{self.user}-{time.time_ns():x}'
        a = self.ask(self.server, method, uri, frm, [self.contact(), *headers], body, ctype, call_id=cid, contact=False, **kw)
        if a is not None and a.code in (401, 407):
            if method == 'INVITE':
                self.ack(a, uri, frm, kw.get('to'))
            name, val = ('Authorization', a.get('WWW-Authenticate')) if a.code == 401 else ('Proxy-Authorization', a.get('Proxy-Authenticate'))
            a = self.ask(self.server, method, uri, frm, [self.contact(), *headers, (name, digest(val, method, uri, self.user, self.password))],
                         body, ctype, call_id=cid, contact=False, **kw)
        return a

    def register(self, expires=300):
        uri = f'sip:{self.server[0]}:{self.server[1]}'
        return self.auth_ask('REGISTER', uri, f'<{self.uri}>;tag=r{self.user}', [('Expires', expires)], to=f'<{self.uri}>')

    def ack(self, answer, uri, frm, to=None):
        n = answer.get('CSeq').split()[0]
        self.send(self.server, (f'ACK {uri} SIP/2.0\r\nVia: {answer.get("Via") if answer.code >= 300 else f"SIP/2.0/UDP {self.ip}:{self.port};rport;branch=z9hG4bKack{time.time_ns():x}"}\r\n'
                                f'Max-Forwards: 70\r\nFrom: {frm}\r\nTo: {answer.get("To")}\r\nCall-ID: {answer.get("Call-ID")}\r\nCSeq: {n} ACK\r\nContent-Length: 0\r\n\r\n').encode())

    def call(self, number):
        """Start a call in the background; .dialog is set when it is answered."""
        self.dialog = None

        def run():
            uri = f'sip:{number}@{self.server[0]}:{self.server[1]}'
            frm = f'<{self.uri}>;tag=c{time.time_ns():x}'
            a = self.auth_ask('INVITE', uri, frm, body=self.sdp(), ctype='application/sdp', timeout=60)
            if a is not None and a.code == 200:
                self.ack(a, re.search(r'<(.*?)>', a.get('Contact')).group(1), frm)
                self.dialog = (a, frm)
            elif a is not None:
                self.ack(a, uri, frm)
        threading.Thread(target=run, daemon=True).start()

    def in_dialog(self, method, body=b''):
        if self.dialog:       # caller side
            a, frm = self.dialog
            uri, to, cid = re.search(r'<(.*?)>', a.get('Contact')).group(1), a.get('To'), a.get('Call-ID')
        else:                 # callee side
            m = self.invite
            uri, to, cid = re.search(r'<(.*?)>', m.get('Contact')).group(1), m.get('From'), m.get('Call-ID')
            frm = m.get('To') + f';tag={self.user}'
        a = self.auth_ask(method, uri, frm, body=body, ctype='application/sdp' if body else None, to=to, call_id=cid)
        if method == 'INVITE' and a is not None and a.code == 200:
            self.ack(a, uri, frm)
        return a

    def hold(self, on=True):
        return self.in_dialog('INVITE', self.sdp('sendonly' if on else 'sendrecv'))

    def bye(self):
        return self.in_dialog('BYE')

    def answer(self):
        m = self.invite
        self.send(self.server, m.reply(200, headers=[self.contact(), ('Content-Type', 'application/sdp')], body=self.sdp(), tag=self.user))

    def on_request(self, m, addr):
        if m.method == 'ACK':
            return None
        if m.method == 'INVITE':
            if ';tag=' in m.get('To'):
                return m.reply(200, headers=[self.contact(), ('Content-Type', 'application/sdp')], body=self.sdp(), tag=self.user)
            self.invite, self.dialog = m, None
            if self.auto == 'busy':
                return m.reply(486, 'Busy Here', tag=self.user)
            return m.reply(180, 'Ringing', headers=[self.contact()], tag=self.user)
        if m.method == 'CANCEL':
            return [m.reply(200, tag=self.user), self.invite.reply(487, 'Request Terminated', tag=self.user)]
        return m.reply(200)


class Sniffer:
    """Everything SIP on lo between 127.x addresses, UDP datagrams and reassembled TCP messages."""

    def __init__(self, ports=(5060, 5061)):
        self.ports, self.messages, self.streams = ports, [], {}
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self.sock.bind(('lo', 0))
        self.alive = True
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def stop(self):
        time.sleep(0.2)
        self.alive = False
        self.thread.join(2)
        self.sock.close()
        return self.messages

    def _loop(self):
        while self.alive:
            if not select.select([self.sock], [], [], 0.1)[0]:
                continue
            frame, addr = self.sock.recvfrom(1 << 17)
            if addr[2] == 4 or frame[12:14] != b'\x08\x00':     # seen once, as it arrives
                continue
            t, ip = time.time(), frame[14:]
            ihl, proto = (ip[0] & 15) * 4, ip[9]
            total = struct.unpack('!H', ip[2:4])[0]
            src, dst = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
            seg = ip[ihl:total] if total else ip[ihl:]
            sport, dport = struct.unpack('!HH', seg[:4])
            if sport not in self.ports and dport not in self.ports:
                continue
            a, b = f'{src}:{sport}', f'{dst}:{dport}'
            if proto == 17:
                if len(seg) > 12:
                    self.messages.append((t, a, b, 'UDP', seg[8:]))
            elif proto == 6:
                data = seg[(seg[12] >> 4) * 4:]
                buf = self.streams.get((a, b), b'') + data
                while b'\r\n\r\n' in buf:
                    buf = buf.lstrip(b'\r\n')
                    head, sep, rest = buf.partition(b'\r\n\r\n')
                    if not sep:
                        break
                    m = re.search(rb'(?im)^content-length *: *(\d+)', head)
                    n = int(m.group(1)) if m else 0
                    if len(rest) < n:
                        break
                    self.messages.append((t, a, b, 'TCP', head + sep + rest[:n]))
                    buf = rest[n:]
                self.streams[(a, b)] = buf
