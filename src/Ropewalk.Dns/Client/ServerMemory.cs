using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Remembers of each server its cookie, and whether it understands EDNS. Bounded: the server that was met first is forgotten first.</summary>
internal sealed class ServerMemory(QueryNumbers numbers, TimeProvider time)
{
    // More than any list of servers; a program that walks from zone to zone only loses cookies beyond.
    private const int MostServers = 1024;

    // RFC 7873 §7.1: no longer than 26 hours, and never longer than 36 days.
    private static readonly TimeSpan CookieLifetime = TimeSpan.FromHours(24);

    private readonly Lock _turn = new();
    private readonly Dictionary<EndpointSpec, KnownServer> _servers = [];
    private readonly Queue<EndpointSpec> _met = new();

    /// <summary>Gets the cookies to send.</summary>
    /// <param name="server">To whom.</param>
    /// <param name="from">From which address; one of no host if that is not known.</param>
    public ServerCookie CookieOf(EndpointSpec server, IPAddress from)
    {
        // A connection's address may be an IPv4 one in IPv6's clothes.
        IPAddress plain = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        IPAddress? known = plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any) ? null : plain;
        lock (_turn)
        {
            KnownServer met = Meet(server);
            // RFC 9018 §3: from another address with another cookie, or whoever reads along knows that it is the same client. The server's is for the old one.
            bool isGood = met.Cookie is { } cookie && time.GetElapsedTime(cookie.Drawn) < CookieLifetime && (known is null || cookie.From is null || cookie.From.Equals(known));
            // RFC 7873 §4.1: a client's cookie must differ from server to server, and be hard to guess.
            met.Cookie = isGood ? met.Cookie! with { From = met.Cookie.From ?? known } : new ServerCookie(numbers.Draw(EdnsCookie.ClientBytes), null, known, time.GetTimestamp());
            return met.Cookie;
        }
    }

    /// <summary>Keeps the server's cookie of an answer that has been taken.</summary>
    public void Learn(EndpointSpec server, DnsMessage answer)
    {
        if (answer.Opt is not null && answer.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? option)
            && EdnsCookie.Decode(option.Value.Span, out EdnsCookie cookie) == DnsViolation.None && cookie.Server.Length > 0)
        {
            SetServerCookie(server, cookie.Client, cookie.Server);
        }
    }

    /// <summary>Forgets the server's cookie: it seems to have none any more, and would never be heard again.</summary>
    public void ForgetCookie(EndpointSpec server)
    {
        lock (_turn)
        {
            if (_servers.TryGetValue(server, out KnownServer? known) && known.Cookie is { } own)
            {
                known.Cookie = own with { Server = null };
            }
        }
    }

    /// <summary>Says whether the server has refused OPT records before.</summary>
    public bool IsPlain(EndpointSpec server)
    {
        lock (_turn)
        {
            return _servers.TryGetValue(server, out KnownServer? known) && known.IsPlain;
        }
    }

    /// <summary>Remembers that the server does not take OPT records.</summary>
    public void SetPlain(EndpointSpec server)
    {
        lock (_turn)
        {
            Meet(server).IsPlain = true;
        }
    }

    private void SetServerCookie(EndpointSpec server, ReadOnlySpan<byte> client, ReadOnlySpan<byte> cookie)
    {
        lock (_turn)
        {
            // A server's cookie is for one of the client's: an answer to an older one may have been under way.
            if (_servers.TryGetValue(server, out KnownServer? known) && known.Cookie is { } own && client.SequenceEqual(own.Client) && !cookie.SequenceEqual(own.Server))
            {
                known.Cookie = own with { Server = cookie.ToArray() };
            }
        }
    }

    private KnownServer Meet(EndpointSpec server)
    {
        if (_servers.TryGetValue(server, out KnownServer? known))
        {
            return known;
        }

        if (_met.Count == MostServers)
        {
            _servers.Remove(_met.Dequeue());
        }

        _met.Enqueue(server);
        return _servers[server] = new KnownServer();
    }

    private sealed class KnownServer
    {
        public ServerCookie? Cookie { get; set; }

        public bool IsPlain { get; set; }
    }
}
