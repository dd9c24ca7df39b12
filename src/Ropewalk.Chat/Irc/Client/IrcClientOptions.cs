using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Holds what a client is set to.</summary>
public class IrcClientOptions : IrcClientSettings
{
    /// <summary>Gets or sets what connects. Default: a client of its own with the system's transports.</summary>
    public ConnectionClient? Connections { get; set; }

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets the account that the client logs in to by SASL; null for none.</summary>
    public SaslClientCredentials? Credentials { get; set; }

    /// <summary>
    /// Gets or sets the mechanisms that may be used, the best first. Default: EXTERNAL, SCRAM-SHA-256, PLAIN; on a connection in the clear only the second, which shows no
    /// password to who listens.
    /// </summary>
    public IReadOnlyList<string>? Mechanisms { get; set; }

    /// <summary>Gets or sets whether a server can make the client come again by TLS. Default true. It applies to hosts with a name. <b>Spec</b>: IRCv3 STS.</summary>
    public bool UsesSts { get; set; } = true;

    /// <summary>Gets or sets what keeps the policies of hosts. Default <see cref="MemoryIrcStsStore.Shared"/>; keep them on a disk if you can.</summary>
    public IIrcStsStore StsStore { get; set; } = MemoryIrcStsStore.Shared;

    /// <summary>Gets or sets how a host's secure port is reached. Default: <c>tls:host:port</c>.</summary>
    public Func<string, int, EndpointSpec> SecureEndpoint { get; set; } = (host, port) => EndpointSpec.Parse($"tls:{host}:{port}");

    /// <summary>Gets or sets how many events may wait to be read. Default 10,000: some minutes of a large network.</summary>
    public int EventCapacity { get; set; } = 10_000;

    /// <summary>Gets or sets what happens to those beyond. Default <see cref="IrcEventOverflow.Tell"/>.</summary>
    public IrcEventOverflow EventOverflow { get; set; } = IrcEventOverflow.Tell;
}
