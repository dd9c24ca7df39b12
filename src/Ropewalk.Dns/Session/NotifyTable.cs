using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Holds the notices that tell secondaries of a zone's new version: sent, sent again, answered or given up. <b>Spec</b>: RFC 1996.</summary>
/// <remarks>
/// <para><b>Theory.</b> There is one notice for each zone and secondary; a newer version takes the place of one that still waits, and begins anew. A notice is due when it is made and after each wait, twice as long as the one
/// before; what is due first is sent first, and no more than so many each second. It ends by any answer from whom it was sent to, with its number, opcode and question (a refusal may be without), and, if it was signed, a good signature: everything else
/// is forged or late, and changes nothing.</para>
/// <para><b>Call</b>: by one caller at a time: take what is due until there is none, then wait for <see cref="NextDeadline"/>.</para>
/// </remarks>
public sealed class NotifyTable
{
    private readonly NotifyLimits _limits;
    private readonly Dictionary<NotifyTarget, Notice> _notices = [];
    private readonly Dictionary<(PeerAddress Secondary, ushort Id), Notice> _byId = [];
    private readonly SortedSet<Notice> _due = new(Comparer<Notice>.Create(static (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Order.CompareTo(other.Order)));
    private readonly Queue<NotifyOutcome> _outcomes = [];
    private TimeSpan _sendableAt;
    private long _order;

    /// <summary>Makes an empty table.</summary>
    /// <param name="limits">The bounds; null for the defaults.</param>
    public NotifyTable(NotifyLimits? limits = null)
    {
        _limits = limits ?? new NotifyLimits();
        _limits.Validate();
    }

    /// <summary>Gets how many notices wait.</summary>
    public int Count => _notices.Count;

    /// <summary>Gets when <see cref="TryTake"/> has something to do; null if nothing waits.</summary>
    public TimeSpan? NextDeadline => _due.Min is { } first ? TimeSpan.FromTicks(Math.Max(first.Due.Ticks, _sendableAt.Ticks)) : null;

    /// <summary>Adds a notice, or renews the one that waits.</summary>
    /// <param name="zone">The zone in its new version.</param>
    /// <param name="secondary">Who is told.</param>
    /// <param name="key">What it is signed with; null for not at all.</param>
    /// <param name="random">Random bits, of which the message's number is made.</param>
    /// <param name="now">The time.</param>
    /// <returns>False if there are too many: the secondary learns of the version when it next asks for the SOA.</returns>
    public bool TryAdd(Zone zone, in PeerAddress secondary, TsigKey? key, ushort random, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(zone);
        NotifyTarget target = new(zone.Apex, zone.Class, secondary);
        if (_notices.TryGetValue(target, out Notice? before))
        {
            Remove(before);
        }
        else if (_notices.Count >= _limits.MaxNotices)
        {
            return false;
        }

        // Numbers in use at this secondary are few beside 65,536: MaxNotices of one secondary would be as many zones.
        ushort id = random;
        for (int tries = 0; _byId.ContainsKey((secondary, id)); tries++)
        {
            if (tries == ushort.MaxValue)
            {
                return false;
            }

            id++;
        }

        Notice notice = new(target, id, _order++) { Soa = SoaOf(zone), Key = key, Due = now };
        _notices.Add(target, notice);
        _byId.Add((secondary, id), notice);
        _due.Add(notice);
        return true;
    }

    /// <summary>Takes the next message that is due.</summary>
    /// <param name="message">Where it is written: at least 1,232 bytes.</param>
    /// <param name="date">The time of day, for the signature.</param>
    /// <param name="now">The time.</param>
    /// <param name="to">Whom it is sent to.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>False if none is due.</returns>
    public bool TryTake(Span<byte> message, DateTimeOffset date, TimeSpan now, out PeerAddress to, out int length)
    {
        to = default;
        length = 0;
        while (_due.Min is { } first && first.Due <= now && _sendableAt <= now)
        {
            if (first.Attempts == _limits.MaxAttempts)
            {
                End(first, null);
                continue;
            }

            _due.Remove(first);
            TimeSpan wait = _limits.FirstWait * Math.Pow(2, Math.Min(first.Attempts, 30));
            first.Due = now + (wait < _limits.LongestWait ? wait : _limits.LongestWait);
            first.Attempts++;
            _due.Add(first);
            _sendableAt = now + (TimeSpan.FromSeconds(1) / _limits.PerSecond);
            to = first.Target.Secondary;
            length = Write(first, message, date);
            return true;
        }

        return false;
    }

    /// <summary>Receives a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="date">The time of day.</param>
    /// <returns>False if it answers no notice.</returns>
    public bool Receive(ReadOnlySpan<byte> message, in PeerAddress from, DateTimeOffset date)
    {
        if (DnsMessageReader.Begin(message, out DnsMessageReader reader) != DnsViolation.None
            || reader.Header is { IsResponse: false } or { Opcode: not DnsOpcode.Notify } or { QuestionCount: > 1 }
            || !_byId.TryGetValue((from, reader.Header.Id), out Notice? notice)
            || notice.Attempts == 0
            || !IsAnswerOf(notice, ref reader)
            || !IsSigned(notice, message, date))
        {
            return false;
        }

        End(notice, reader.Header.ResponseCode);
        return true;
    }

    /// <summary>Takes how a notice ended.</summary>
    public bool TryTakeOutcome(out NotifyOutcome outcome) => _outcomes.TryDequeue(out outcome);

    private static (uint Ttl, byte[] Rdata) SoaOf(Zone zone)
    {
        if (!zone[0].TryFind(DnsType.SOA, out ZoneRecordSet set))
        {
            return (0, []);
        }

        ZoneRecords records = set.Records;
        return records.MoveNext() ? (records.Ttl, records.Current.ToArray()) : (0, []);
    }

    private static int Write(Notice notice, Span<byte> message, DateTimeOffset date)
    {
        DnsMessageWriter writer = new(message, DnsLimits.PlainDatagramBytes);
        notice.Transaction = notice.Key is null ? null : new TsigTransaction(notice.Key);
        // RFC 1996 §3.7: the type is SOA.
        writer.TryWriteQuestion(notice.Target.Zone.Wire, DnsType.SOA, notice.Target.Class);
        writer.GoTo(DnsSection.Answer);
        // A hint that does not fit beside the signature is left out.
        if (notice.Soa.Rdata.Length > 0 && writer.TryReserve(notice.Transaction?.RecordBytes ?? 0))
        {
            writer.TryWriteRecord(notice.Target.Zone.Wire, DnsType.SOA, notice.Target.Class, notice.Soa.Ttl, notice.Soa.Rdata);
        }

        int length = writer.Finish(notice.Header);
        notice.Transaction?.TrySign(message, ref length, date);
        return length;
    }

    // RFC 1996 §4.8
    private static bool IsAnswerOf(Notice notice, ref DnsMessageReader reader)
    {
        if (reader.Header.QuestionCount == 0)
        {
            // Who refuses may do it with a header alone: NSD does.
            return reader.Header.ResponseCode != DnsResponseCode.NoError;
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        return reader.TryReadQuestion(out DnsQuestionView question, out _)
            && question.Type == DnsType.SOA
            && question.Class == notice.Target.Class
            && question.CopyName(name, out int length) == DnsViolation.None
            && WireName.Equal(name[..length], notice.Target.Zone.Wire);
    }

    // RFC 8945 §5.3: what is not signed, or not well, does not answer what was.
    private static bool IsSigned(Notice notice, ReadOnlySpan<byte> message, DateTimeOffset date) =>
        notice.Transaction is null
        || (TsigView.Find(message, out TsigView tsig, out bool isThere) == DnsViolation.None && isThere && notice.Transaction.Check(tsig, date) == DnsResponseCode.NoError);

    private void End(Notice notice, DnsResponseCode? code)
    {
        Remove(notice);
        _outcomes.Enqueue(new(notice.Target, notice.Attempts, code));
    }

    private void Remove(Notice notice)
    {
        _notices.Remove(notice.Target);
        _byId.Remove((notice.Target.Secondary, notice.Id));
        _due.Remove(notice);
    }
}
