using System.Net;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Says how a message is sent that the caller has made. A value: <c>with</c> makes another one.</summary>
public sealed record DnsSendOptions
{
    /// <summary>Gets what is used where nothing else is said.</summary>
    public static DnsSendOptions Default { get; } = new();

    /// <summary>Gets whether a server of datagrams is asked by TCP. Default false.</summary>
    public bool UsesStream { get; init; }

    /// <summary>Gets how long the answer is waited for, 1 ms to 1 min; null for <see cref="DnsClientOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the name of the key that the message is signed with, one of <see cref="DnsClientOptions.Keys"/>; null, the default, for none.</summary>
    public DomainName? Key { get; init; }

    /// <summary>Gets the address, and the port unless it is 0, from which a datagram is sent; null, the default, for the system's choice and a port that is drawn. It says nothing of streams.</summary>
    public IPEndPoint? From { get; init; }
}
