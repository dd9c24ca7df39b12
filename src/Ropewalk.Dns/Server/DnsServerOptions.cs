using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Says what a DNS server serves, and how. Read when it starts, and by <see cref="DnsServer.PrepareAsync"/>.</summary>
public sealed class DnsServerOptions
{
    /// <summary>Gets or sets the zones that are read from files.</summary>
    public IReadOnlyList<DnsZoneFile> ZoneFiles { get; set; } = [];

    /// <summary>Gets or sets the zones that a program has made itself; they stay through <see cref="DnsServer.ReadZonesAsync"/>. Their names are hashed by a secret of their own.</summary>
    public IReadOnlyList<Zone> Zones { get; set; } = [];

    /// <summary>Gets or sets the longest answer in a datagram. 512 to 4,096 bytes; default 1,232.</summary>
    public int DatagramBytes { get; set; } = DnsLimits.DatagramBytes;

    /// <summary>Gets or sets what is told to whom asks which server this is (NSID, <c>id.server</c>). Default null: nothing. <b>Spec</b>: RFC 5001.</summary>
    public string? Identity { get; set; }

    /// <summary>Gets or sets what is told to whom asks for <c>version.bind</c>. Default null: it is refused.</summary>
    public string? Version { get; set; }

    /// <summary>Gets or sets whether clients that send a cookie get one of ours. Default true. <b>Spec</b>: RFC 7873.</summary>
    public bool Cookies { get; set; } = true;

    /// <summary>Gets or sets the secret of the cookies: 16 bytes, the same on all servers of an anycast set. Default null: one of <see cref="Random"/>. <b>Spec</b>: RFC 9018 §4.</summary>
    public ReadOnlyMemory<byte>? CookieSecret { get; set; }

    /// <summary>Gets or sets the bounds of answers by datagrams; null for none. Default as <see cref="ResponseRateLimits"/> has them.</summary>
    public ResponseRateLimits? RateLimits { get; set; } = new();

    /// <summary>Gets or sets the bounds of streams.</summary>
    public DnsStreamLimits Streams { get; set; } = new();

    /// <summary>Gets or sets the keys that are shared with others.</summary>
    public TsigKeyRing Keys { get; set; } = TsigKeyRing.Empty;

    /// <summary>Gets or sets who is answered. Default everybody.</summary>
    public AccessRules Access { get; set; } = AccessRules.Everybody;

    /// <summary>Gets or sets who may have whole zones. Default nobody. <b>Spec</b>: RFC 5936 §5.</summary>
    public AccessRules Transfers { get; set; } = AccessRules.Nobody;

    /// <summary>Gets or sets who is told of new versions of the zones. Default nobody. <b>Spec</b>: RFC 1996.</summary>
    public IReadOnlyList<NotifyPeer> Notify { get; set; } = [];

    /// <summary>Gets or sets the bounds of notices.</summary>
    public NotifyLimits NotifyLimits { get; set; } = new();

    /// <summary>Gets or sets what is counted of queries, and which are told of.</summary>
    public DnsStatisticsOptions Statistics { get; set; } = new();

    /// <summary>Gets or sets what binds the port that notices are sent from.</summary>
    public IDatagramPortFactory Datagrams { get; set; } = new DatagramTransport();

    /// <summary>Gets or sets the source of secrets and numbers.</summary>
    public RandomNumberGenerator Random { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Gets or sets what lets the server misbehave in a test, and keeps what it was asked. Default null: nothing does. With it answers are not limited in their rate, for in a test the time may stand still.</summary>
    public DnsFaults? Faults { get; set; }

    /// <summary>Gets or sets what is given the server when it serves: a program that exchanges zones itself keeps it. Default null: nobody.</summary>
    public Action<DnsServer>? Started { get; set; }

    /// <summary>Gets or sets what is told the full path of each file of a disk before it is read, so that a change while it is read can be seen. Default null: nobody; a host sets its own.</summary>
    public Func<string, ValueTask>? BeforeReading { get; set; }

    /// <summary>
    /// Gets or sets whether what reading large zones leaves behind is given back to the system a second later, by a collection that stops the whole process: up to 40 ms after a million records where little else is in
    /// memory, and not while there are many queries. Default false: a program that is more than a DNS server has its own mind about that. The command does it.
    /// </summary>
    public bool GivesBackMemory { get; set; }

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where the log goes.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    // These, with what of the first does not change while a server runs.
    internal DnsServerOptions CopyWith(DnsServerOptions first)
    {
        DnsServerOptions copy = Copy();
        copy.NotifyLimits = first.NotifyLimits;
        copy.Datagrams = first.Datagrams;
        copy.Random = first.Random;
        copy.Faults = first.Faults;
        copy.BeforeReading = first.BeforeReading;
        copy.GivesBackMemory = first.GivesBackMemory;
        copy.TimeProvider = first.TimeProvider;
        copy.LoggerFactory = first.LoggerFactory;
        return copy;
    }

    internal DnsServerOptions Copy() => (DnsServerOptions)MemberwiseClone();
}
