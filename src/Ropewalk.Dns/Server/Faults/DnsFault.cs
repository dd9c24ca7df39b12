using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Is a way to misbehave at a question. <see cref="DnsFaults.Inject(DnsFault, string?, DnsType?, int)"/> puts it in force.</summary>
public sealed class DnsFault
{
    private DnsFault(DnsFaultKind kind) => Kind = kind;

    /// <summary>Answers SERVFAIL and nothing else.</summary>
    public static DnsFault ServFail { get; } = Code(DnsResponseCode.ServerFailure);

    /// <summary>Answers REFUSED and nothing else.</summary>
    public static DnsFault Refused { get; } = Code(DnsResponseCode.Refused);

    /// <summary>Answers nothing; on a stream the questions behind it are answered.</summary>
    public static DnsFault NoAnswer { get; } = new(DnsFaultKind.NoAnswer);

    /// <summary>Answers in a datagram that the answer does not fit, with nothing of it; on a stream all of it. <b>Spec</b>: RFC 2181 §9.</summary>
    public static DnsFault Truncated { get; } = new(DnsFaultKind.Truncated);

    /// <summary>Answers under another message's number, as who guesses it from elsewhere does. <b>Spec</b>: RFC 5452 §9.1.</summary>
    public static DnsFault WrongId { get; } = new(DnsFaultKind.WrongId);

    /// <summary>Answers another question: the first letter of the name is another.</summary>
    public static DnsFault WrongQuestion { get; } = new(DnsFaultKind.WrongQuestion);

    /// <summary>Answers a datagram from another port than it came to; streams are answered as ever.</summary>
    public static DnsFault OtherPort { get; } = new(DnsFaultKind.OtherPort);

    /// <summary>Answers with the right number and question, and behind them a name that points to itself.</summary>
    public static DnsFault Malformed { get; } = new(DnsFaultKind.Malformed);

    /// <summary>Lets the TTLs count down as a cache's do, which has fetched each record when the fault first hit, and fetches it again each time that it is over.</summary>
    public static DnsFault CountDown { get; } = new(DnsFaultKind.CountDown);

    internal DnsFaultKind Kind { get; }

    internal DnsResponseCode ResponseCode { get; private init; }

    internal TimeSpan Time { get; private init; }

    internal int Bytes { get; private init; }

    internal IReadOnlyList<Rdata> Addresses { get; private init; } = [];

    /// <summary>Answers a result and nothing else.</summary>
    /// <param name="code">One of those that a header holds: up to 15.</param>
    public static DnsFault Code(DnsResponseCode code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)code, 15, nameof(code));
        return new(DnsFaultKind.Code) { ResponseCode = code };
    }

    /// <summary>Lets virtual time pass between the question and its answer; others are answered meanwhile.</summary>
    /// <param name="by">How long, on the server's clock: up to a day.</param>
    public static DnsFault AnswerLate(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, TimeSpan.FromDays(1));
        return new(DnsFaultKind.AnswerLate) { Time = by };
    }

    /// <summary>Answers questions for addresses with these, whatever the zone says; those of the family that was asked for. Other types are answered as ever.</summary>
    public static DnsFault Lie(params IReadOnlyList<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return new(DnsFaultKind.Lie) { Addresses = [.. addresses.Select(static Rdata (address) => address.GetAddressBytes().Length == 4 ? new ARecord(address) : new AaaaRecord(address))] };
    }

    /// <summary>Sends the beginning of the answer. A datagram ends there; a stream falls silent, and stays open.</summary>
    /// <param name="afterBytes">How much of the message is sent. A shorter answer is sent whole, and nothing is cut; a transfer is counted as one answer, the lengths between its messages too.</param>
    public static DnsFault CutAnswer(int afterBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(afterBytes, 0);
        return new(DnsFaultKind.CutAnswer) { Bytes = afterBytes };
    }

    /// <summary>Answers with another TTL in all records; without an answer, in the SOA that says how long that may be kept.</summary>
    /// <param name="ttl">In whole seconds: up to 2³¹−1, as the RFC has it. <b>Spec</b>: RFC 2181 §8.</param>
    public static DnsFault Ttl(TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ttl, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ttl, TimeSpan.FromSeconds((long)int.MaxValue));
        return new(DnsFaultKind.Ttl) { Time = ttl };
    }

    /// <inheritdoc/>
    public override string ToString() => Kind == DnsFaultKind.Code ? ResponseCode.Mnemonic() : Kind.ToString();
}
