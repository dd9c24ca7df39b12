using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Is an answer of many messages, made one by one as the peer takes them. <b>Spec</b>: RFC 5936 §2.2.</summary>
/// <remarks><b>Call</b>: by one caller at a time. <b>Lifetime</b>: what it reads (one version of a zone) is held until it is disposed.</remarks>
public interface ITransfer : IDisposable
{
    /// <summary>Gets the zone that is sent.</summary>
    DomainName Zone { get; }

    /// <summary>Gets the version of the zone that is sent.</summary>
    uint Serial { get; }

    /// <summary>Gets what was asked for: AXFR or IXFR.</summary>
    DnsType Type { get; }

    /// <summary>Gets the name of the key that the request was signed with, and each message is; null without one.</summary>
    DomainName? KeyName { get; }

    /// <summary>Gets how many records have been written so far, the SOA at both ends included.</summary>
    long RecordCount { get; }

    /// <summary>Gets how many bytes of messages have been written so far.</summary>
    long ByteCount { get; }

    /// <summary>Says whether the last message has been written.</summary>
    bool IsComplete { get; }

    /// <summary>Writes the next message.</summary>
    /// <param name="message">Where it is written: 65,535 bytes.</param>
    /// <param name="now">The time of day, for its signature.</param>
    /// <returns>The message's length; zero if it cannot be made: then the connection must end, so that the peer does not take half a zone for a whole one.</returns>
    int Write(Span<byte> message, DateTimeOffset now);
}
