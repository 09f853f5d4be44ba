"""The grammar of commands: a line for each form of each command, in the notation of Redis's own documentation.

Small words are kinds of arguments, which are methods of `commands.Chance`. `[…]` may be missing, `a|b` is one of the two,
`<…>` groups, and `word...` is one to three of them. The number in front says how often a form is asked, beside the others.
"""

STRINGS = """
20 SET key value [NX|XX] [GET] [set_deadline|KEEPTTL]
8 SET key value
12 GET key
6 GETDEL key
8 GETEX key [deadline|PERSIST]
4 GETSET key value
4 SETNX key value
3 SETEX key seconds value
3 PSETEX key milliseconds value
8 APPEND key value
6 STRLEN key
5 GETRANGE key index index
2 SUBSTR key index index
6 SETRANGE key offset value
5 INCR key
5 DECR key
5 INCRBY key integer
5 DECRBY key integer
6 INCRBYFLOAT key float
8 MGET key...
5 MSET pair...
2 LCS key key [LEN|IDX] [MINMATCHLEN small] [WITHMATCHLEN]
"""

KEYS = """
8 DEL key...
3 UNLINK key...
6 EXISTS key...
3 TOUCH key...
4 TYPE key
6 EXPIRE key seconds [NX|XX|GT|LT]
4 PEXPIRE key milliseconds [NX|XX|GT|LT]
4 EXPIREAT key moment [NX|XX|GT|LT]
4 PEXPIREAT key moment_ms [NX|XX|GT|LT]
3 EXPIRE key past
2 PEXPIREAT key past
5 PERSIST key
6 TTL key
6 PTTL key
4 EXPIRETIME key
4 PEXPIRETIME key
3 KEYS pattern
3 SCAN 0 [MATCH pattern] [COUNT 1000] [TYPE kind]
1 SCAN cursor [COUNT small]
1 RANDOMKEY
3 OBJECT ENCODING key
1 OBJECT FREQ key
1 OBJECT IDLETIME key
1 OBJECT REFCOUNT key
1 OBJECT HELP
2 DBSIZE
1 FLUSHALL [ASYNC|SYNC]
1 FLUSHDB [ASYNC|SYNC]
"""

# These commands move or write several keys at once, which several actors cannot do as one step.
ONE_ACTOR = """
3 MSETNX pair...
4 RENAME key key
4 RENAMENX key key
4 COPY key key [REPLACE]
1 COPY key key DB 0 [REPLACE]
10 MULTI
14 EXEC
3 DISCARD
5 WATCH key...
2 UNWATCH
"""

CONNECTION = """
2 PING [value]
2 ECHO value
1 SELECT 0
1 SELECT junk
1 TIME
1 HELLO [2|3] [SETNAME name]
1 HELLO junk
1 AUTH value
1 AUTH name value
1 CLIENT ID
1 CLIENT INFO
1 CLIENT LIST [TYPE <normal|pubsub|master|replica>]
2 CLIENT GETNAME
2 CLIENT SETNAME name
1 CLIENT NO-EVICT <ON|OFF>
1 CLIENT REPLY ON
1 CLIENT KILL ID 999999999
1 CLIENT KILL <1.2.3.4:5|TYPE junk|SKIPME junk|ID junk|USER unknown>
1 CLIENT UNPAUSE
1 CLIENT HELP
1 COMMAND COUNT
2 COMMAND GETKEYS GET key
2 COMMAND GETKEYS <MSET pair...|DEL key...|COPY key key|SET key value EX 10|OBJECT ENCODING key|LCS key key|PING>
2 COMMAND GETKEYSANDFLAGS <MSET pair...|DEL key...|COPY key key|SET key value GET|GETEX key|APPEND key value>
1 COMMAND INFO junk
1 COMMAND LIST FILTERBY <MODULE nosuch|PATTERN nosuch*|ACLCAT nosuch>
1 COMMAND DOCS junk
1 COMMAND HELP
1 CONFIG GET <maxclients|timeout|notify-keyspace-events|nosuch>
1 CONFIG SET <nosuch 1|timeout junk|notify-keyspace-events bogus|timeout 0 timeout 0|databases 4>
1 RESET
1 CONFIG SET nosuch
1 CONFIG RESETSTAT
1 CONFIG HELP
1 INFO [server|nosuch|all]
1 FUNCTION FLUSH [ASYNC|SYNC]
1 SHUTDOWN <junk|ABORT>
1 PUBSUB <CHANNELS|NUMPAT|NUMSUB|HELP>
1 PUBSUB NUMSUB channel...
1 PUBLISH channel value
1 UNSUBSCRIBE [channel]
1 PUNSUBSCRIBE [channel]
1 unknown value
1 unknown
"""

# These commands are for three connections in lockstep, of which some listen.
TALK = """
12 PUBLISH channel value
6 SUBSCRIBE channel...
5 PSUBSCRIBE channel_pattern...
5 UNSUBSCRIBE channel...
2 UNSUBSCRIBE
5 PUNSUBSCRIBE channel_pattern...
2 PUNSUBSCRIBE
3 PUBSUB CHANNELS [channel_pattern]
3 PUBSUB NUMSUB [channel...]
2 PUBSUB NUMPAT
2 PING [value]
1 RESET
2 GET key
5 SET key value [NX|XX] [GET]
2 SETEX key seconds value
4 DEL key...
3 INCR key
3 APPEND key value
2 SETRANGE key offset value
2 EXPIRE key seconds
2 EXPIRE key past
2 PERSIST key
2 GETDEL key
2 GETEX key [PERSIST]
2 MSET pair...
1 FLUSHALL
"""
