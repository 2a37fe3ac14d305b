#!/usr/bin/env python3
"""What a real Asterisk makes of hints: ask it, write the answers as JSON lines.

    tests/oracle/generate.py [--version 22|16] [--out FILE]                the whole oracle
    tests/oracle/generate.py --random N --seed S --out FILE [--min 2 --max 6]   N random mixes only
"""
import argparse, itertools, os, random, re, sys, tempfile, time

from siplab import *

CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conf')

STATES = ['UNKNOWN', 'NOT_INUSE', 'INUSE', 'BUSY', 'INVALID', 'UNAVAILABLE', 'RINGING', 'RINGINUSE', 'ONHOLD']
AMI, SIP_ADDR = '127.0.0.14', ('127.0.0.14', 5070)
REMOTE = [f'02:00:00:00:01:0{i}' for i in range(1, 4)]


class Oracle:
    def __init__(self, version):
        self.version, self.hints, self.cases, self.local, self.remote, self.rows = version, [], [], [], [], []
        self.extra = ''

    # -- preparing ---------------------------------------------------------
    def device(self, local, remote, name):
        """A device with a local state (or None) and states of other entity ids."""
        if local and local != 'UNKNOWN':     # Asterisk refuses to set UNKNOWN: it is the state of a device never set
            self.local.append((name, local))
        for eid, state in remote.items():
            self.remote.append((name, state, eid))
        return name

    def case(self, hint, row):
        self.hints.append(hint)
        self.cases.append((f'h{len(self.hints)}', row))

    def mix(self, devices, kind='mix', prefix='Custom:'):
        n = len(self.hints)
        names = [self.device(d.get('local'), d.get('remote', {}), f'{prefix}M{n}.{i}') for i, d in enumerate(devices)]
        self.case('&'.join(names), {'kind': kind, 'devices': devices, **({'prefix': prefix} if prefix != 'Custom:' else {})})

    # -- asking ------------------------------------------------------------
    def start(self):
        with tempfile.TemporaryDirectory() as d:
            with open(os.path.join(d, 'extensions.conf'), 'w') as f:
                f.write('[h]\n' + ''.join(f'exten => h{i + 1},hint,{h}\n' for i, h in enumerate(self.hints)) + self.extra)
            lab('down', 'oracle', '--kill', check=False)
            lab('up', 'oracle', '--version', self.version, '--conf', CONF, '--conf', d)
        self.ami = Ami(AMI)
        self.feed = Peer('127.0.0.15', 5070)
        self.etag = None

    def stop(self):
        self.feed.close()
        lab('down', 'oracle', '--kill')

    def publish(self, body, event='asterisk-devicestate', etag=None, **kw):
        return self.feed.publish(SIP_ADDR, 'sip:feed@127.0.0.14:5070', '<sip:feed@127.0.0.15>;tag=f', event, body, etag=etag, **kw)

    def tell(self, device, state, eid, cachable=1):
        for _ in range(5):
            a = self.publish({'type': 'devicestate', 'device': device, 'state': state, 'cachable': cachable, 'eid': eid}, etag=self.etag)
            if a is not None:
                break
        assert a is not None and a.code == 200, a and a.start
        self.etag = a.get('SIP-ETag')

    def set(self, pairs):
        # in small steps: past 500 queued tasks Asterisk silently drops incoming SIP requests
        for i in range(0, len(pairs), 100):
            for a in self.ami.many('Setvar', [{'Variable': f'DEVICE_STATE({d})', 'Value': s} for d, s in pairs[i:i + 100]]):
                assert a['Response'] == 'Success', a
            time.sleep(.3)

    def shown(self):
        """exten@context -> (hint text as cut off by the CLI, state, presence)"""
        out = {}
        for line in self.ami.cli('core show hints'):
            m = re.match(r'\s*(\S+?)\s*: (.*?)\s+State:(\S*)\s+Presence:(\S*)\s+Watchers', line)
            if m:
                out[m.group(1)] = (m.group(2), m.group(3), m.group(4))
        return out

    def ask(self, exten, context='h'):
        a = self.ami.action('ExtensionState', Exten=exten, Context=context)
        return {'hint': a.get('Hint', ''), 'status': int(a['Status']), 'text': a['StatusText']}

    def run_cases(self):
        self.set(self.local)
        for device, state, eid in self.remote:
            self.tell(device, state, eid)
        time.sleep(2)
        shown = self.shown()
        answers = self.ami.many('ExtensionState', [{'Exten': e, 'Context': 'h'} for e, _ in self.cases])
        for (exten, row), a in zip(self.cases, answers):
            self.rows.append({**row, 'status': int(a['Status']), 'text': a['StatusText'], 'shown': shown.get(f'{exten}@h', ('', None, ''))[1]})


def prepare(o):
    # 1. every ordered tuple of 1..3 local device states
    for i in (1, 2, 3):
        for s in STATES:
            o.device(s, {}, f'Custom:S{i}_{s}')
    for n in (1, 2, 3):
        for t in itertools.product(STATES, repeat=n):
            o.case('&'.join(f'Custom:S{i + 1}_{s}' for i, s in enumerate(t)), {'kind': 'devices', 'devices': list(t)})
    # 2. odd hints: empty, unknown, malformed devices alone and beside each state ({} = the device with that state)
    for form in ('{}&', '&{}', '{0}&&{0}', '{}& ', ' {}', '{} ', '{}&Custom:never-set', '{}&PJSIP/nobody', '{}&SIP/nobody', '{}&nonsense', '{}&Foo:bar',
                 '{}&Local/1@h', '{}&Presence:x', '{}&CustomPresence:x', '{},CustomPresence:x', '{},', '{}&{}'):
        for s in STATES:
            o.case(form.format(*[f'Custom:S1_{s}'] * 2), {'kind': 'odd', 'form': form, 'state': s})
    for hint in ('&', '&&', 'Custom:never-set', 'PJSIP/nobody', 'SIP/nobody', 'nonsense', 'Foo:bar', 'Local/1@h', 'Custom:', 'PJSIP/', ':', '/', ',CustomPresence:x', 'CustomPresence:x',
                 'PJSIP/feed', 'PJSIP/feed&&PJSIP/90feed&PJSIP/99feed&Custom:DNDfeed,CustomPresence:feed'):
        o.case(hint, {'kind': 'odd', 'form': hint})
    # 3. one device as several entity ids see it: local (or none) and 1..2 remote, then 3 remote
    two = [(a,) for a in STATES] + list(itertools.combinations_with_replacement(STATES, 2))
    for local in [None] + STATES[1:]:
        for t in two:
            o.mix([{'local': local, 'remote': dict(zip(REMOTE, t))}], 'eids')
    for t in two + list(itertools.combinations_with_replacement(STATES, 3)):
        if len(t) == 3:
            o.mix([{'remote': dict(zip(REMOTE, t))}], 'eids')
        o.mix([{'remote': dict(zip(REMOTE, t))}], 'eids', 'PJSIP/')


def randoms(o, n, seed, low, high):
    r = random.Random(seed)
    for _ in range(n):
        devices, some = [], r.sample(STATES, r.randint(1, 4))      # few states a case: with all nine nearly every mix is InUse&Ringing
        for _ in range(r.randint(low, high)):
            d = {}
            if r.random() < .7:
                d['local'] = r.choice(some)
            k = r.choice([0, 0, 1, 1, 2, 3]) if d else r.choice([1, 2, 3])
            if k:
                d['remote'] = {e: r.choice(some) for e in r.sample(REMOTE, k)}
            devices.append(d)
        o.mix(devices)


PATTERNS = '''
[p-article]
exten => _[123]xxx,hint,PJSIP/${EXTEN}&&PJSIP/90${EXTEN}&PJSIP/99${EXTEN}&Custom:DND${EXTEN},CustomPresence:${EXTEN}
[p-x.]
exten => _X.,hint,Custom:${EXTEN}
[p-x!]
exten => _X!,hint,Custom:${EXTEN}
[p-nxxz]
exten => _NXXZ,hint,Custom:${EXTEN}
[p-cut]
exten => _9XXX,hint,Custom:${EXTEN:1}
exten => _8XXXX,hint,Custom:${EXTEN:-3}
exten => _7XXXX,hint,Custom:${EXTEN:1:2}
exten => _6XXXX,hint,Custom:${EXTEN:-3:2}
exten => _5XXXX,hint,Custom:${EXTEN:9}
exten => _4XXXX,hint,Custom:${EXTEN:0:-1}
exten => _3XXXX,hint,Custom:${CONTEXT}-${EXTEN}
exten => _2XXXX,hint,Custom:${NOSUCH}${EXTEN}
exten => _1XXXX,hint,Custom:$[${EXTEN}+1]
[p-both]
exten => 1001,hint,Custom:exact
exten => _1XXX,hint,Custom:pattern
exten => _1X.,hint,Custom:wide
exten => _[1-2]XXX,hint,Custom:range
[p-letters]
exten => _dnd-.,hint,Custom:${EXTEN:4}
exten => _*XX,hint,Custom:star${EXTEN:1}
exten => _[a-c]Z,hint,Custom:${EXTEN}
[p-inner]
exten => _2XXX,hint,Custom:inner${EXTEN}
[p-outer]
include => p-inner
exten => _1XXX,hint,Custom:outer${EXTEN}
[p-live]
exten => _3XXX,hint,Custom:L${EXTEN}
exten => _3XXX,1,NoOp
'''
ASKED = {'p-article': ['1001', '3999', '2000', '4000', '100', '10011', '1x01'], 'p-x.': ['1', '12', '12345', 'a1', '1a'], 'p-x!': ['1', '12', ''],
         'p-nxxz': ['2001', '2000', '1001', '9999', '999'], 'p-cut': ['9123', '81234', '71234', '61234', '51234', '41234', '31234', '21234', '11234'],
         'p-both': ['1001', '1002', '10023', '2002'], 'p-letters': ['dnd-7', 'd3d7', 'd37', 'dnd-', '*12', 'a1', 'a0', 'd1', 'DND-7', 'A1'],
         'p-outer': ['1001', '2001'], 'no-such-context': ['1001']}


def patterns(o):
    for context, extens in ASKED.items():
        for e in extens:
            before = set(o.shown())
            try:
                row = o.ask(e, context)
            except KeyError:
                row = {'hint': None, 'status': None, 'text': None}
            new = sorted(set(o.shown()) - before)
            rules = re.search(rf'\[{re.escape(context)}\]\n(.*?)(?=\n\[|\Z)', PATTERNS, re.S)
            o.rows.append({'kind': 'pattern', 'rules': [x.split('=> ')[1] for x in rules.group(1).split('\n') if x.startswith('exten')] if rules else [], 'exten': e, 'context': context, **row, 'created': new})
    # what makes Asterisk create the hint of one extension out of a pattern
    n = itertools.count(3001)

    def made(what, act):
        e = str(next(n))
        o.ami.cli(f'devstate change Custom:L{e} INUSE')
        time.sleep(.1)
        act(e)
        time.sleep(.3)
        s = o.shown().get(f'{e}@p-live')
        o.rows.append({'kind': 'instantiate', 'by': what, 'created': s is not None, 'shown': s and s[1]})
    made('device state change only', lambda e: o.ami.cli(f'devstate change Custom:L{e} RINGING'))
    made('remote device state', lambda e: o.tell(f'Custom:L{e}', 'BUSY', REMOTE[0]))
    made('AMI ExtensionState', lambda e: o.ask(e, 'p-live'))
    made('AMI ExtensionStateList', lambda e: o.ami.action('ExtensionStateList'))
    made('CLI core show hint', lambda e: o.ami.cli(f'core show hint {e}'))
    made('CLI dialplan show', lambda e: o.ami.cli(f'dialplan show {e}@p-live'))
    made('function EXTENSION_STATE', lambda e: o.ami.action('Getvar', Variable=f'EXTENSION_STATE({e}@p-live)'))
    made('function HINT', lambda e: o.ami.action('Getvar', Variable=f'HINT({e}@p-live)'))
    made('SIP SUBSCRIBE (presence)', lambda e: o.feed.ask(SIP_ADDR, 'SUBSCRIBE', f'sip:{e}@127.0.0.14:5070', '<sip:feed@127.0.0.15>;tag=s', [('Event', 'presence'), ('Accept', 'application/pidf+xml'), ('Expires', '60')]))
    made('SIP SUBSCRIBE (dialog)', lambda e: o.feed.ask(SIP_ADDR, 'SUBSCRIBE', f'sip:{e}@127.0.0.14:5070', '<sip:feed@127.0.0.15>;tag=d', [('Event', 'dialog'), ('Accept', 'application/dialog-info+xml'), ('Expires', '60')]))
    made('a call to it', lambda e: o.ami.cli(f'channel originate Local/{e}@p-live application Wait 0'))
    watched = {k for k in o.shown() if k.endswith('@p-live')}
    o.ask('3990', 'p-live')
    o.ami.cli('dialplan reload')
    time.sleep(1)
    o.rows.append({'kind': 'instantiate', 'by': 'created before, then dialplan reload', 'created': '3990@p-live' in o.shown()})
    o.rows.append({'kind': 'instantiate', 'by': 'of those made above, still there after dialplan reload', 'before': sorted(watched), 'after': sorted(k for k in o.shown() if k.endswith('@p-live'))})
    o.rows.append({'kind': 'instantiate', 'by': 'AMI ExtensionState, then dialplan reload, asked again', **o.ask('3990', 'p-live')})
    # a pattern hint's own line never follows a device
    o.rows.append({'kind': 'pattern-line', 'shown': {k: v[1] for k, v in o.shown().items() if k.startswith('_')}})


def presence(o):
    message = lambda p: None if p.get('Message') == 'Presence State' else p.get('Message')    # AMI's own text when there is none
    ev = Ami(AMI, events=True)
    o.ask('1001', 'p-article')
    for value in ('not_set', 'unavailable', 'available', 'away', 'xa', 'chat', 'dnd', 'away,lunch', 'away,lunch,back at two', 'dnd,,do not', 'xa,c3Vi,bWVzc2FnZQ==,e', 'available,', 'bogus', 'AWAY', ''):
        out = o.ami.action('Setvar', Variable='PRESENCE_STATE(CustomPresence:1001)', Value=value)
        time.sleep(.15)
        events = [{k: e[k] for k in ('Event', 'Status', 'Subtype', 'Message', 'State') if k in e} for e in ev.drain(.1) if e['Event'] in ('PresenceStatus', 'PresenceStateChange', 'ExtensionStatus')]
        p = o.ami.action('PresenceState', Provider='CustomPresence:1001')
        o.rows.append({'kind': 'presence', 'set': value, 'set_answer': out['Response'], 'state': p.get('State'), 'subtype': p.get('Subtype'), 'message': message(p),
                       'shown': o.shown()['1001@p-article'][2], 'events': sorted(events, key=lambda e: e['Event']), 'extension': o.ask('1001', 'p-article')['text']})
    p = o.ami.action('PresenceState', Provider='CustomPresence:never')
    o.rows.append({'kind': 'presence', 'set': None, 'state': p.get('State'), 'subtype': p.get('Subtype'), 'message': message(p)})


def lifetimes(o):
    """How long a remote state lasts."""
    dev = 'Custom:L1'
    state = lambda d=dev: o.ami.action('Getvar', Variable=f'DEVICE_STATE({d})')['Value']
    fact = lambda what, d=dev: o.rows.append({'kind': 'lifetime', 'after': what, 'state': state(d)})
    body = lambda s, d=dev, eid=REMOTE[0], c=1: {'type': 'devicestate', 'device': d, 'state': s, 'cachable': c, 'eid': eid}
    a = o.publish(body('INUSE'), expires=2); fact('remote INUSE published, Expires 2')
    time.sleep(3); fact('publication expired')
    a = o.publish(body('RINGING')); fact('same eid, a new publication: RINGING')
    o.publish(None, etag=a.get('SIP-ETag'), expires=0); fact('publication removed (Expires 0)')
    a = o.publish(body('BUSY', eid=REMOTE[1])); fact('second eid: BUSY')
    a = o.publish(body('NOT_INUSE', eid=REMOTE[0])); fact('first eid: NOT_INUSE')
    a = o.publish(body('UNKNOWN', eid=REMOTE[1])); fact('second eid: UNKNOWN')
    a = o.publish(body('INUSE', eid=REMOTE[1])); a = o.publish(body('INVALID', eid=REMOTE[1])); fact('second eid: INUSE, then INVALID')
    a = o.publish(body('INUSE', eid=REMOTE[0], c=0)); fact('first eid: INUSE not cachable')
    d2 = 'Custom:L2'
    o.ami.cli(f'devstate change {d2} NOT_INUSE'); fact('local NOT_INUSE', d2)
    o.publish(body('INUSE', d2)); fact('and remote INUSE', d2)
    o.ami.cli(f'devstate change {d2} RINGING'); fact('local RINGING', d2)
    o.publish(body('NOT_INUSE', d2)); fact('remote NOT_INUSE', d2)
    o.publish(body('ONHOLD', d2, '02:00:00:00:00:0e')); fact("a publication with the local entity id: ONHOLD", d2)
    o.ami.cli(f'devstate change {d2} BUSY'); fact('local BUSY again', d2)
    lab('cli', 'oracle', 'module reload res_pjsip_publish_asterisk.so'); time.sleep(1); fact('module reload', d2)


BASE = '[h]\nexten => 1,hint,Custom:a\n'
FOLDER = {'d/a.conf': '[h](+)\nexten => 10,hint,Custom:ten\n', 'd/b.conf': '[h](+)\nexten => 20,hint,Custom:twenty\n', 'd/.hidden.conf': '[h](+)\nexten => 30,hint,Custom:hidden\n'}

SECTIONS = {'x.conf': 'exten => 5,hint,Custom:e\n[i]\nexten => 6,hint,Custom:f\n', 'y.conf': 'exten => 7,hint,Custom:g\n'}


def including(line):
    return BASE + line + '\nexten => 2,hint,Custom:b\n'


# Files as people have them: their bytes as Latin-1.
FILES = {
    'a pattern': {'extensions.conf': including('#include "d/*.conf"'), **FOLDER},
    'a pattern in angle brackets': {'extensions.conf': including('#include <d/*.conf>'), **FOLDER},
    'braces': {'extensions.conf': including('#include d/{b,a}.conf'), **FOLDER},
    'braces, one of them missing': {'extensions.conf': including('#include d/{b,c}.conf'), **FOLDER},
    'a set': {'extensions.conf': including('#include d/[!b].conf'), **FOLDER},
    'a set, negated otherwise': {'extensions.conf': including('#include d/[^b].conf'), **FOLDER},
    'a pattern of hidden files': {'extensions.conf': including('#include d/.h*'), **FOLDER},
    'a question mark': {'extensions.conf': including('#include d/?.conf'), **FOLDER},
    'two stars': {'extensions.conf': including('#include **/a.conf'), **FOLDER},
    'an escaped letter': {'extensions.conf': including('#include d/\\a.conf'), **FOLDER},
    'a pattern that fits nothing': {'extensions.conf': including('#include d/*.nothing'), **FOLDER},
    'a pattern that fits nothing, tried': {'extensions.conf': including('#tryinclude d/*.nothing'), **FOLDER},
    'a missing file': {'extensions.conf': including('#include nothing.conf')},
    'a missing file, tried': {'extensions.conf': including('#tryinclude nothing.conf')},
    'a folder': {'extensions.conf': including('#include d'), **FOLDER},
    'a folder and a file': {'extensions.conf': including('#include "x*"'), 'x1/a': '', 'x2.conf': FOLDER['d/a.conf']},
    'nested, from the first folder': {'extensions.conf': including('#include sub/one.conf'), 'sub/one.conf': '#include two.conf\n', 'sub/two.conf': FOLDER['d/a.conf'], 'two.conf': FOLDER['d/b.conf']},
    'itself': {'extensions.conf': including('#include extensions.conf')},
    'a missing one in an included one': {'extensions.conf': including('#include one.conf'), 'one.conf': FOLDER['d/a.conf'] + '#include gone.conf\nexten => 11,hint,Custom:eleven\n'},
    'a broken one': {'extensions.conf': including('#include one.conf'), 'one.conf': FOLDER['d/a.conf'] + '[x\nexten => 11,hint,Custom:eleven\n'},
    'a broken one of several': {'extensions.conf': including('#include d/*.conf'), 'd/a.conf': FOLDER['d/a.conf'] + '[x\nexten => 11,hint,Custom:eleven\n', 'd/b.conf': 'exten => 13,hint,Custom:x\n'},
    'exec': {'extensions.conf': including('#exec /bin/true')},
    'an unknown directive': {'extensions.conf': including('#foo bar')},
    'no name': {'extensions.conf': including('#include')},
    'a comment after the name': {'extensions.conf': including('#include "d/a.conf" ; the first'), **FOLDER},
    'half a quote': {'extensions.conf': including('#include "d/a.conf'), **FOLDER},
    'capitals and a tab': {'extensions.conf': including('#INCLUDE\td/a.conf'), **FOLDER},
    'a section in an included one': {'extensions.conf': including('#include x.conf'), 'x.conf': 'exten => 5,hint,Custom:e\n[other]\nexten => 9,hint,Custom:n\n'},
    'two included ones': {'extensions.conf': including('#include x.conf\n#include y.conf'), **SECTIONS},
    'several included ones': {'extensions.conf': including('#include [xy].conf\n#include y.conf'), **SECTIONS},
    'an included one in an included one': {'extensions.conf': including('#include z.conf'), 'z.conf': '[g]\n#include x.conf\nexten => 8,hint,Custom:h\n', **SECTIONS},
    'an included one before any section': {'extensions.conf': '#include x.conf\nexten => 2,hint,Custom:b\n', **SECTIONS},
    'an included one that opens the first section': {'extensions.conf': '#include x.conf\n#include y.conf\n[h]\nexten => 2,hint,Custom:b\n', 'x.conf': '[g]\nexten => 6,hint,Custom:f\n', 'y.conf': SECTIONS['y.conf']},
    'Latin-1': {'extensions.conf': BASE + '; B\xfcro\nexten => 3,1,Set(CALLERID(name)=\xcc\xe0\xf8\xe0)\nexten => 4,hint,Custom:d\n'},
    'a byte order mark': {'extensions.conf': '\xef\xbb\xbf' + BASE},
    'a byte order mark in an included one': {'extensions.conf': including('#include x.conf'), 'x.conf': '\xef\xbb\xbfexten => 3,hint,Custom:c\n'},
    'CRLF': {'extensions.conf': BASE.replace('\n', '\r\n') + '#include "d/a.conf"\r\nexten => 5,hint,Custom:e\r\n', **FOLDER},
    'CR alone': {'extensions.conf': BASE.replace('\n', '\r')},
    'NUL': {'extensions.conf': BASE + 'exten => 5,hint,Custom:e\0rest\nexten => 6\0,hint,Custom:f\n\0exten => 7,hint,Custom:g\nexten => 8,hint,Custom:h\n'},
    'other control characters': {'extensions.conf': BASE + '\x01exten => 7,hint,Custom:g\x02\nexten =>\x0b8,hint,Custom:h\x0c\n'},
    'an end of no comment': {'extensions.conf': BASE + 'exten => 5,1,NoOp(x) --; foo\nexten => 6,hint,Custom:f\n;--\nexten => 7,hint,Custom:g\n'},
    'comments': {'extensions.conf': BASE + ';-- x --; exten => 6,hint,Custom:f\n;--\nexten => 7,hint,Custom:g\n ;-- deeper\n--;\nexten => 8,hint,Custom:h\n--;\nexten => 9,hint,Custom:i;--c--;j\n;--;\nexten => 10,hint,Custom:no\n--;\nexten => 11,hint,Custom:y\n;---- a line\nexten => 12,hint,Custom:z;---\n'},
    'an open comment in an included one': {'extensions.conf': including('#include x.conf'), 'x.conf': 'exten => 3,hint,Custom:c\n;-- open\nexten => 4,hint,Custom:d\n'},
    'an include in a comment': {'extensions.conf': including(';--\n#include x.conf\n--;'), 'x.conf': 'exten => 3,hint,Custom:c\n'},
    'escaped semicolons': {'extensions.conf': BASE + ';-- \\;-- --;\nexten => 3,hint,Custom:c\nexten => 4,hint,Custom:d\\;x;y\nexten => 5,hint,Custom:e\\\\;x\n'},
    'a long line': {'extensions.conf': BASE + 'exten => 3,hint,' + '&'.join(f'Custom:{i:06d}' for i in range(700)) + '\nexten => 4,hint,Custom:d\n'},
    'no equals sign': {'extensions.conf': BASE + 'nonsense\nexten => 4,hint,Custom:d\n'},
    'no section': {'extensions.conf': 'exten => 3,hint,Custom:c\n' + BASE},
    'options after a blank': {'extensions.conf': '[b](!)\nexten => 3,hint,Custom:c\n' + BASE + '[x] (b)\nexten => 4,hint,Custom:d\n[y](b) ; c\n'},
    'a template made afterwards': {'extensions.conf': BASE + '[h](+,!)\nexten => 4,hint,Custom:d\n[i]\nexten => 5,hint,Custom:e\n'},
    'sections in capitals': {'extensions.conf': '[Base](!)\nexten => 53,hint,Custom:base\n[kid](base)\nexten => 54,hint,Custom:kid\n[KID](+)\nexten => 55,hint,Custom:kid2\n[Kid]\nexten => 56,hint,Custom:kid3\n'},
    'the same section twice': {'extensions.conf': BASE + '[g]\nexten => 4,hint,Custom:d\n[h]\nexten => 1,hint,Custom:late\nexten => 6,hint,Custom:f\n'},
    'same': {'extensions.conf': BASE + '[g]\nsame => hint,Custom:x\nexten => 4,1,NoOp\nsame=>n,NoOp\nSame=>hint,Custom:y\n'},
    'blanks in an extension': {'extensions.conf': '[h]\nexten => 1 1,hint,Custom:a\nexten => _2 X,hint,Custom:b\nexten => 1-2,hint,Custom:c\nexten => a b , hint , Custom:d\n'},
    'globals': {'extensions.conf': '[Globals]\nA=x\nB=${A}y\nA=z\nC => c\nd=low\nE="q"\nF= sp aced \nIN=i\n[h]\nexten => 1,hint,Custom:${A}\nexten => 2,hint,Custom:${B}\nexten => 3,hint,Custom:${C}\nexten => 4,hint,Custom:${D}\nexten => 5,hint,Custom:${E}\nexten => 6,hint,Custom:${F}\nexten => ${A}7,hint,Custom:${a}7\n'},
    'priorities': {'extensions.conf': BASE + 'exten => 2,HINT,Custom:b\nexten => 3,Hint,Custom:c\nexten => 4,hint(label),Custom:d\nexten => 5,hint+1,Custom:e\nEXTEN=>6,hint,Custom:f\nexten = 7 , hint , Custom:g\nhint => 8,Custom:h\n'},
    'devices': {'extensions.conf': BASE + 'exten => 2,hint,Custom:b\\\nexten => 3,hint,Custom:x & Custom:y\nexten => 4,hint,"Custom:q"\nexten => 5,hint,Custom:a|Custom:b\nexten => 6,hint,Custom:c(d)\nexten => 7,hint,Custom:esc\\,aped\n'},
    'more of a line': {'extensions.conf': BASE + 'exten => 2,hint,Custom:b\nexten += &Custom:c\n'},
    'ignorepat and switch': {'extensions.conf': BASE + 'ignorepat => 9\nswitch => Realtime/@\nexten => 2,hint,Custom:b\n'},
}

# How Asterisk finds a device that a hint spells otherwise than it is published: what is done, and the hints.
SPELLINGS = [
    ('Custom:DND7', ['custom:DND7', 'CUSTOM:DND7', 'Custom:dnd7'], 'devstate change Custom:DND7 INUSE'),
    ('Local/500@spelling', ['local/500@spelling', 'LOCAL/500@spelling', 'Local/500@SPELLING'], 'channel originate Local/500@spelling application Wait 3'),
]


def files(version, rows):
    """What Asterisk reads of files that are written in odd ways."""
    for name, texts in FILES.items():
        with tempfile.TemporaryDirectory() as d:
            for file, text in texts.items():
                os.makedirs(os.path.dirname(os.path.join(d, file)), exist_ok=True)
                with open(os.path.join(d, file), 'wb') as f:
                    f.write(text.encode('latin-1'))
            lab('down', 'oracle', '--kill', check=False)
            lab('up', 'oracle', '--version', version, '--conf', CONF, '--conf', d)
        ami, hints = Ami(AMI), {}
        for line in ami.cli('core show hints'):
            m = re.match(r'\s*(\S+)@(\S+)\s*: ', line)
            if m and not m.group(1).startswith('_'):
                hints[f'{m.group(1)}@{m.group(2)}'] = ami.action('ExtensionState', Exten=m.group(1), Context=m.group(2)).get('Hint', '')
        rows.append({'kind': 'file', 'name': name, 'files': texts, 'hints': dict(sorted(hints.items()))})
    lab('down', 'oracle', '--kill')


def spellings(version, rows):
    """Whether a hint follows a device that it spells otherwise."""
    names = [name for published, others, _ in SPELLINGS for name in [published, *others]]
    text = '[spelling]\nexten => 500,1,Answer\nsame => n,Wait(5)\n' + ''.join(f'exten => x{i},hint,{name}\n' for i, name in enumerate(names))
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, 'extensions.conf'), 'w') as f:
            f.write(text)
        lab('down', 'oracle', '--kill', check=False)
        lab('up', 'oracle', '--version', version, '--conf', CONF, '--conf', d)
    ami = Ami(AMI)
    ask = lambda: {name: ami.action('ExtensionState', Exten=f'x{i}', Context='spelling')['StatusText'] for i, name in enumerate(names)}
    for published, others, act in SPELLINGS:
        ami.cli(act)
        time.sleep(.5)
        found = ask()
        rows.append({'kind': 'spelling', 'published': published, 'text': found[published], 'others': {name: found[name] for name in others}})
    lab('down', 'oracle', '--kill')


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--version', default='22'); ap.add_argument('--out'); ap.add_argument('--random', type=int)
    ap.add_argument('--seed', type=int, default=1); ap.add_argument('--min', type=int, default=2); ap.add_argument('--max', type=int, default=6)
    a = ap.parse_args()
    o = Oracle(a.version)
    out = a.out or os.path.join(os.path.dirname(os.path.abspath(__file__)), f'hints-{a.version}.jsonl')
    if a.random:
        randoms(o, a.random, a.seed, a.min, a.max)
    else:
        prepare(o)
        randoms(o, 200, a.seed, 2, 3)
        o.extra = PATTERNS
    o.start()
    o.run_cases()
    if not a.random:
        patterns(o); presence(o); lifetimes(o)
    o.stop()
    if not a.random:
        files(a.version, o.rows)
        spellings(a.version, o.rows)
    with open(out, 'w') as f:
        for row in o.rows:
            f.write(json.dumps(row) + '\n')
    print(f'{out}: {len(o.rows)} rows')


if __name__ == '__main__':
    main()
