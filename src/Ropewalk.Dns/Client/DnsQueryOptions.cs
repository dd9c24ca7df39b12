using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Says how one question is asked. A value: <c>with</c> makes another one.</summary>
public sealed record DnsQueryOptions
{
    /// <summary>Gets what is used where nothing else is said.</summary>
    public static DnsQueryOptions Default { get; } = new();

    /// <summary>Gets the class. Default the Internet's.</summary>
    public DnsClass Class { get; init; } = DnsClass.IN;

    /// <summary>Gets whether the server is to ask others (RD). Default true: the client asks resolvers, as stub resolvers do.</summary>
    public bool RecursionDesired { get; init; } = true;

    /// <summary>Gets whether the answer is to say what the server has checked (AD). Default false. <b>Spec</b>: RFC 6840 §5.7.</summary>
    public bool AuthenticData { get; init; }

    /// <summary>Gets whether the server is to give what it has not checked too (CD). Default false. <b>Spec</b>: RFC 4035 §3.2.2.</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>Gets whether there is an OPT record. Default true; a server that does not understand it is asked again without. <b>Spec</b>: RFC 6891 §7.</summary>
    public bool UsesEdns { get; init; } = true;

    /// <summary>Gets how long a datagram the answer may be. 512 to 4,096 bytes; default 1,232 (<see cref="DnsLimits.DatagramBytes"/>).</summary>
    public int DatagramBytes { get; init; } = DnsLimits.DatagramBytes;

    /// <summary>Gets whether signatures are wanted (DO). Default false: nothing here checks them.</summary>
    public bool DnssecOk { get; init; }

    /// <summary>Gets whether the server is asked for its name. Default false. <b>Spec</b>: RFC 5001 §2.1.</summary>
    public bool RequestsNsid { get; init; }

    /// <summary>Gets whether cookies are sent, one for each server. Default true, as in BIND. <b>Spec</b>: RFC 7873 §5.1.</summary>
    public bool UsesCookies { get; init; } = true;

    /// <summary>Gets for whose network it is asked; null, the default, tells the server nothing. <b>Spec</b>: RFC 7871 §7.1.2.</summary>
    public IPNetwork? ClientSubnet { get; init; }

    /// <summary>Gets whether a server of datagrams is asked by TCP from the beginning. Default false.</summary>
    public bool UsesStream { get; init; }

    /// <summary>Gets whether an answer that was cut is taken as it is. Default false: the question is asked again by TCP. <b>Spec</b>: RFC 7766 §5.</summary>
    public bool TakesTruncated { get; init; }

    /// <summary>Gets whether an answer that says that the server failed or refuses is taken from the first server. Default false: the next one is asked.</summary>
    public bool TakesServerFailure { get; init; }

    /// <summary>Gets the name of the key that the question is signed with, one of <see cref="DnsClientOptions.Keys"/>; null, the default, for none.</summary>
    public DomainName? Key { get; init; }

    /// <summary>Gets the one server to ask; null for those of <see cref="DnsClientOptions.Servers"/>.</summary>
    public EndpointSpec? Server { get; init; }

    /// <summary>Gets how long one server is waited for, 1 ms to 1 min; null for <see cref="DnsClientOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how often each server is asked, 1 to 10; null for <see cref="DnsClientOptions.Attempts"/>.</summary>
    public int? Attempts { get; init; }

    /// <summary>Says everything that is wrong with the values.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> wrong = [];
        if (DatagramBytes is < DnsLimits.PlainDatagramBytes or > DnsClientOptions.MostDatagramBytes)
        {
            wrong.Add($"{nameof(DatagramBytes)} is {DatagramBytes}; it must be between {DnsLimits.PlainDatagramBytes} and {DnsClientOptions.MostDatagramBytes}.");
        }

        if (Timeout is { } timeout && (timeout < DnsClientOptions.LeastTimeout || timeout > DnsClientOptions.MostTimeout))
        {
            wrong.Add($"{nameof(Timeout)} is {timeout}; it must be between {DnsClientOptions.LeastTimeout} and {DnsClientOptions.MostTimeout}.");
        }

        if (Attempts is < 1 or > DnsClientOptions.MostAttempts)
        {
            wrong.Add($"{nameof(Attempts)} is {Attempts}; it must be between 1 and {DnsClientOptions.MostAttempts}.");
        }

        if (Server is not null && DnsClientOptions.WrongWith(Server) is { } problem)
        {
            wrong.Add(problem);
        }

        return wrong;
    }
}
