using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Holds what a client is set to. Read when the client is made.</summary>
public sealed class DnsClientOptions
{
    /// <summary>The most servers: 16. resolv.conf of glibc has three.</summary>
    public const int MostServers = 16;

    /// <summary>The most suffixes of the search list: 32; glibc had six until 2.26 and has no bound since.</summary>
    public const int MostSuffixes = 32;

    /// <summary>
    /// Gets or sets the servers, in the order in which they are asked: <c>udp:192.0.2.1:53</c> (by TCP where an answer was cut), <c>tcp:192.0.2.1:53</c>, <c>tls:192.0.2.1:853:name=dns.example</c>,
    /// or any other endpoint of streams. 1 to 16; default the one of this machine, <c>udp:127.0.0.1:53</c>, as resolv.conf(5) has it.
    /// </summary>
    public IReadOnlyList<EndpointSpec> Servers { get; set; } = [EndpointSpec.Parse("udp:127.0.0.1:53")];

    /// <summary>Gets or sets the suffixes that are tried for names that are not absolute. At most 32; default none.</summary>
    public IReadOnlyList<DomainName> Search { get; set; } = [];

    /// <summary>Gets or sets how many dots a name has at least that is tried as it is before the suffixes are. 0 to 15; default 1 (<c>ndots</c> of resolv.conf).</summary>
    public int Ndots { get; set; } = 1;

    /// <summary>Gets or sets how long one server is waited for. 1 ms to 1 min; default 5 s (<c>timeout</c> of resolv.conf, and dig).</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how often each server is asked. 1 to 10; default 2 (<c>attempts</c> of resolv.conf).</summary>
    public int Attempts { get; set; } = 2;

    /// <summary>Gets or sets whether each question begins with the server after the one that the last began with. Default false (<c>rotate</c> of resolv.conf).</summary>
    public bool Rotates { get; set; }

    /// <summary>Gets or sets whether the case of the letters in a question is drawn by lot, and an answer must have it the same. Default false: some servers lose it.</summary>
    public bool MixesCase { get; set; }

    /// <summary>Gets or sets how questions are asked where nothing else is said.</summary>
    public DnsQueryOptions Queries { get; set; } = DnsQueryOptions.Default;

    /// <summary>Gets or sets the keys for signing, by their names.</summary>
    public IReadOnlyCollection<TsigKey> Keys { get; set; } = [];

    /// <summary>Gets or sets how many questions are under way at once; others wait. 1 to 10,000; default 256. Each of a datagram has a port of its own.</summary>
    public int MostInFlight { get; set; } = 256;

    /// <summary>Gets or sets how many questions may wait for their turn; what comes beyond fails at once. 0 to 1,000,000; default 10,000 (BIND's <c>recursive-clients</c> is 1,000).</summary>
    public int MostWaiting { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets for how many questions, one after the other, a port is used. 1 to 1,000; default 1, as Unbound does: who learns a port from one question knows nothing of the next. More
    /// saves the making of ports. <b>Spec</b>: RFC 5452 §9.2.
    /// </summary>
    public int QueriesPerPort { get; set; } = 1;

    /// <summary>Gets or sets how many questions are under way at once on one connection. 1 to 10,000; default 100.</summary>
    public int MostInFlightOfStream { get; set; } = 100;

    /// <summary>Gets or sets for how long a connection is kept on which nothing is asked. 0 to 10 min; default 10 s. <b>Spec</b>: RFC 7766 §6.2.3, some seconds.</summary>
    public TimeSpan StreamIdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets for how long a connection on which nothing is asked is kept at most where the server itself says for how long it may be: it is kept for as long as the server says, shorter or longer than
    /// <see cref="StreamIdleTimeout"/>. 0 to 10 min; default 2 min (Unbound's <c>edns-tcp-keepalive-timeout</c>); at 0 the server is not asked, and not heeded. <b>Spec</b>: RFC 7828 §3.2.2.
    /// </summary>
    public TimeSpan StreamKeepaliveTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how many aliases are followed from one name. 0 to 100; default 16 (BIND's <c>max-restarts</c> was 16 for long; Unbound has 11).</summary>
    public int MostAliases { get; set; } = 16;

    /// <summary>Gets or sets where numbers, ports, cookies and orders come from. Default the system's. <b>Call</b>: under a lock, never from two threads at once.</summary>
    public RandomNumberGenerator Random { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Takes what a resolv.conf says; what it does not say stays.</summary>
    public void Take(ResolverConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Servers = [.. configuration.Servers.Select(server => EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"udp:{(server.IsIPv6 ? $"[{server.ToIPAddress()}]" : server.ToIPAddress())}:{server.Port}")))];
        Search = [.. configuration.Search];
        Ndots = configuration.Ndots;
        Timeout = configuration.Timeout;
        Attempts = configuration.Attempts;
        Rotates = configuration.Rotates;
        Queries = Queries with { UsesStream = configuration.UsesStream, AuthenticData = configuration.TrustsAuthenticData };
    }

    /// <summary>Says everything that is wrong with the values.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> wrong = [];
        Bound(Servers.Count, 1, MostServers, nameof(Servers));
        Bound(Search.Count, 0, MostSuffixes, nameof(Search));
        Bound(Ndots, 0, 15, nameof(Ndots));
        Bound(Attempts, 1, MostAttempts, nameof(Attempts));
        Bound(MostInFlight, 1, 10_000, nameof(MostInFlight));
        Bound(MostWaiting, 0, 1_000_000, nameof(MostWaiting));
        Bound(QueriesPerPort, 1, 1_000, nameof(QueriesPerPort));
        Bound(MostInFlightOfStream, 1, 10_000, nameof(MostInFlightOfStream));
        Bound(MostAliases, 0, 100, nameof(MostAliases));
        BoundTime(Timeout, LeastTimeout, MostTimeout, nameof(Timeout));
        BoundTime(StreamIdleTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), nameof(StreamIdleTimeout));
        BoundTime(StreamKeepaliveTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), nameof(StreamKeepaliveTimeout));
        wrong.AddRange(Servers.Select(WrongWith).OfType<string>());
        wrong.AddRange(Queries.Validate().Select(problem => $"{nameof(Queries)}: {problem}"));
        return wrong;

        void Bound(int value, int least, int most, string name)
        {
            if (value < least || value > most)
            {
                wrong.Add($"{name} is {value}; it must be between {least} and {most}.");
            }
        }

        void BoundTime(TimeSpan value, TimeSpan least, TimeSpan most, string name)
        {
            if (value < least || value > most)
            {
                wrong.Add($"{name} is {value}; it must be between {least} and {most}.");
            }
        }
    }

    // As long as the engine's ports receive by default, and the longest that others announce.
    internal const int MostDatagramBytes = 4096;

    internal const int MostAttempts = 10;

    internal static TimeSpan LeastTimeout { get; } = TimeSpan.FromMilliseconds(1);

    internal static TimeSpan MostTimeout { get; } = TimeSpan.FromMinutes(1);

    internal static string? WrongWith(EndpointSpec server) => server.IsBare || (server.Scheme == "udp" && (server.Address is null || server.Port is null))
        ? $"The server {server} needs a scheme, and with udp: an address and a port; its name cannot be resolved before there is a server."
        : null;

    internal DnsClientOptions Freeze()
    {
        var copy = (DnsClientOptions)MemberwiseClone();
        IReadOnlyList<string> wrong = copy.Validate();
        (copy.Servers, copy.Search, copy.Keys) = ([.. Servers], [.. Search], [.. Keys]);
        return wrong.Count == 0 ? copy : throw new OptionsValidationException(nameof(DnsClientOptions), typeof(DnsClientOptions), wrong);
    }
}
