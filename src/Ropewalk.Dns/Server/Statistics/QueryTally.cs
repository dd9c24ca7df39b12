using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Counts what one worker of a datagram port answers, or what streams do: one writer at a time, and readers at any time.</summary>
/// <remarks>
/// <para><b>Theory.</b> What is counted for each query is a plain addition in an array that no other worker writes, 128 bytes away from everybody else's, because processors fetch lines in pairs. What costs more is done
/// once a batch: the clock, and the sketches, which get the batch's first query with the weight of all, and of the small batches just before. So a quiet server counts everything, and a busy one pays little.</para>
/// <para>The sketches are copied by a reader behind a gate that the worker never waits at: a batch that meets it closed leaves its weight to the next. The numbers are always exact. Nothing is allocated.</para>
/// </remarks>
internal sealed class QueryTally
{
    private const int Padding = 16;
    private const int TransportAt = Padding;
    private const int CodesAt = TransportAt + 3;
    private const int CodeCount = 25;
    private const int DurationsAt = CodesAt + CodeCount;
    private const int TruncatedAt = DurationsAt + DurationBuckets.Count;
    private const int UnansweredAt = TruncatedAt + 1;
    private const int TransfersAt = TruncatedAt + 2;
    private const int ReceivedAt = TruncatedAt + 3;
    private const int SentAt = TruncatedAt + 4;
    // In the array too: here they are away from what other processors write.
    private const int GateAt = TruncatedAt + 5;
    private const int UntilSampledAt = TruncatedAt + 6;
    private const int UnfedAt = TruncatedAt + 7;
    private const int FedTicksAt = TruncatedAt + 8;
    private const int TypesAt = TruncatedAt + 9;

    // The sketches cost a tenth of a microsecond: small batches that follow each other closer than a worker that is idle would see them share that.
    private const int MostUnfed = 32;
    private static readonly long MostUnfedTicks = TimeSpan.FromMicroseconds(100).Ticks;

    private const int NameCounters = 256;
    private const int ClientCounters = 256;
    private const int TypeCounters = 64;

    private readonly long[] _counts = new long[TypesAt + TypeSlots.Count + Padding];
    private readonly NameHash _hash;
    private volatile int _sampleEvery;
    private volatile RecentHitters? _names;
    private volatile RecentHitters? _clients;

    /// <summary>Makes a tally.</summary>
    /// <param name="hash">A hash with a secret.</param>
    /// <param name="countsNames">Whether it says what is asked for most.</param>
    /// <param name="countsClients">Whether it says who asks most.</param>
    /// <param name="sampleEvery">Which queries are told of one by one: each of so many; 0 for none.</param>
    public QueryTally(NameHash hash, bool countsNames, bool countsClients, int sampleEvery)
    {
        _hash = hash;
        _counts[UntilSampledAt] = sampleEvery - 1;
        Update(countsNames, countsClients, sampleEvery);
    }

    /// <summary>Gets what is asked for most; null if that is not counted.</summary>
    public RecentHitters? Names => _names;

    /// <summary>Gets who asks most; null if that is not counted.</summary>
    public RecentHitters? Clients => _clients;

    /// <summary>Gets the types that are asked for most.</summary>
    public RecentHitters Types { get; } = new(TypeCounters, sizeof(ushort));

    /// <summary>Counts other things from here on; what is counted as before goes on. <b>Call</b>: from any thread.</summary>
    public void Update(bool countsNames, bool countsClients, int sampleEvery)
    {
        _sampleEvery = sampleEvery;
        _names = countsNames ? _names ?? new RecentHitters(NameCounters, DnsLimits.NameBytes) : null;
        _clients = countsClients ? _clients ?? new RecentHitters(ClientCounters, ClientNetwork.KeyBytes) : null;
    }

    /// <summary>Says which of the next <paramref name="count"/> queries is told of; -1 for none.</summary>
    public int TakeSample(int count)
    {
        int every = _sampleEvery;
        if (every == 0)
        {
            return -1;
        }

        // Where it was each of more, or none, before.
        long until = Math.Clamp(_counts[UntilSampledAt], 0, every - 1);
        if (until >= count)
        {
            _counts[UntilSampledAt] = until - count;
            return -1;
        }

        // One of a batch: what would be a second one is the first of the next.
        _counts[UntilSampledAt] = Math.Max(0, until + every - count);
        return (int)until;
    }

    /// <summary>Counts a query and what became of it.</summary>
    /// <param name="message">The query.</param>
    /// <param name="response">The answer; empty if there was none.</param>
    public void Count(ReadOnlySpan<byte> message, ReadOnlySpan<byte> response)
    {
        long[] counts = _counts;
        counts[ReceivedAt] += message.Length;
        int type = ReadType(message);
        counts[TypesAt + (type < 0 ? TypeSlots.Unread : TypeSlots.Of(type))]++;
        if (response.Length < DnsLimits.HeaderBytes)
        {
            counts[UnansweredAt]++;
            return;
        }

        counts[SentAt] += response.Length;
        counts[TruncatedAt] += (response[2] >> 1) & 1;
        counts[CodesAt + (int)ReadCode(response)]++;
    }

    /// <summary>Counts a transfer that has begun.</summary>
    public void CountTransfer(ReadOnlySpan<byte> message)
    {
        _counts[ReceivedAt] += message.Length;
        int type = ReadType(message);
        _counts[TypesAt + (type < 0 ? TypeSlots.Unread : TypeSlots.Of(type))]++;
        _counts[CodesAt + (int)DnsResponseCode.NoError]++;
        _counts[TransfersAt]++;
    }

    /// <summary>Counts what is the same for a whole batch.</summary>
    /// <param name="transport">How it came.</param>
    /// <param name="count">How many queries it had, one at least.</param>
    /// <param name="message">The first of them.</param>
    /// <param name="peer">Where that one came from.</param>
    /// <param name="now">The time of day.</param>
    /// <param name="ticks">How long the batch took.</param>
    public void CountBatch(DnsTransport transport, int count, ReadOnlySpan<byte> message, in PeerAddress peer, DateTimeOffset now, long ticks)
    {
        _counts[TransportAt + (int)transport] += count;
        // A clock that was set back tells nothing.
        _counts[DurationsAt + DurationBuckets.Of(Math.Max(0, ticks), count)] += count;
        long unfed = _counts[UnfedAt] += count;
        if ((unfed >= MostUnfed || (ulong)(now.Ticks - _counts[FedTicksAt]) >= (ulong)MostUnfedTicks) && TryEnter())
        {
            Feed(unfed, message, peer, now);
            _counts[UnfedAt] = 0;
            _counts[FedTicksAt] = now.Ticks;
            Leave();
        }
    }

    /// <summary>Closes the gate before the sketches, if it is open.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _counts[GateAt], 1, 0) == 0;

    /// <summary>Opens the gate.</summary>
    public void Leave() => Volatile.Write(ref _counts[GateAt], 0);

    /// <summary>Adds what has been counted to a sum. <b>Call</b>: from any thread; each number is as it was at some moment.</summary>
    public void AddTo(DnsStatisticsSums sums)
    {
        Add(sums.Queries, TransportAt);
        Add(sums.Responses, CodesAt);
        Add(sums.Types, TypesAt);
        Add(sums.Durations, DurationsAt);
        sums.Truncated += Volatile.Read(ref _counts[TruncatedAt]);
        sums.Unanswered += Volatile.Read(ref _counts[UnansweredAt]);
        sums.Transfers += Volatile.Read(ref _counts[TransfersAt]);
        sums.ReceivedBytes += Volatile.Read(ref _counts[ReceivedAt]);
        sums.SentBytes += Volatile.Read(ref _counts[SentAt]);
    }

    /// <summary>Reads the result of an answer, with what OPT adds to it.</summary>
    public static DnsResponseCode ReadCode(ReadOnlySpan<byte> response)
    {
        int code = response[3] & 0xf;
        // RFC 6891 §6.1.3: the other eight bits are in OPT. A result that needs them comes without records, so OPT stands at once behind the question.
        // The counts byte by byte: they have just been written two bytes at a time, and a processor cannot yet read them wider.
        if (response[7] == 0 && (response[6] | response[8] | response[9]) == 0 && (response[10] | response[11]) != 0)
        {
            code |= ReadExtended(response, (response[4] << 8) | response[5]);
        }

        // Those that are ever sent end with BADCOOKIE.
        return (DnsResponseCode)Math.Min(code, CodeCount - 1);
    }

    // The type of the first question; -1 if it cannot be read.
    private static int ReadType(ReadOnlySpan<byte> message)
    {
        int at = DnsLimits.HeaderBytes;
        if (message.Length < at || (message[4] | message[5]) == 0)
        {
            return -1;
        }

        while ((uint)at < (uint)message.Length)
        {
            int label = message[at];
            if (label == 0)
            {
                return at + 5 <= message.Length ? (message[at + 1] << 8) | message[at + 2] : -1;
            }

            if (label > DnsLimits.LabelBytes)
            {
                return -1;
            }

            at += label + 1;
        }

        return -1;
    }

    private static int ReadExtended(ReadOnlySpan<byte> response, int questions)
    {
        int at = DnsLimits.HeaderBytes;
        if (questions > 0)
        {
            if (WireName.Skip(response, ref at) != DnsViolation.None)
            {
                return 0;
            }

            at += 4;
        }

        bool isOpt = at + 11 <= response.Length && response[at] == 0 && response[at + 1] == 0 && response[at + 2] == (byte)DnsType.OPT;
        return isOpt ? response[at + 5] << 4 : 0;
    }

    private void Feed(long count, ReadOnlySpan<byte> message, in PeerAddress peer, DateTimeOffset now)
    {
        if (message.Length > DnsLimits.HeaderBytes && (message[4] | message[5]) != 0 && WireName.Measure(message[DnsLimits.HeaderBytes..], out int length) == DnsViolation.None
            && message.Length >= DnsLimits.HeaderBytes + length + 4)
        {
            ReadOnlySpan<byte> name = message.Slice(DnsLimits.HeaderBytes, length), type = message.Slice(DnsLimits.HeaderBytes + length, 2);
            Types.Turn(now);
            Types.Add(((ulong)BinaryPrimitives.ReadUInt16BigEndian(type) << 48) | 1, type, count);
            if (Names is { } names)
            {
                names.Turn(now);
                names.Add(_hash.Of(name), name, count);
            }
        }

        if (Clients is { } clients)
        {
            Span<byte> key = stackalloc byte[ClientNetwork.KeyBytes];
            ulong hash = ClientNetwork.WriteKey(peer, key, _hash);
            clients.Turn(now);
            clients.Add(hash, key, count);
        }
    }

    private void Add(long[] sums, int at)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += Volatile.Read(ref _counts[at + i]);
        }
    }
}
