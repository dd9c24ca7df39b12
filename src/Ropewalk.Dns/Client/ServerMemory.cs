using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Remembers of each server its cookie, and whether it understands EDNS. Bounded: the server that was met first is forgotten first.</summary>
internal sealed class ServerMemory(QueryNumbers numbers)
{
    // More than any list of servers; a program that walks from zone to zone only loses cookies beyond.
    private const int MostServers = 1024;

    private readonly Lock _turn = new();
    private readonly Dictionary<EndpointSpec, KnownServer> _servers = [];
    private readonly Queue<EndpointSpec> _met = new();

    /// <summary>Gets the cookies to send.</summary>
    public ServerCookie CookieOf(EndpointSpec server)
    {
        lock (_turn)
        {
            // RFC 7873 §4.1: a client's cookie must differ from server to server, and be hard to guess.
            return Meet(server).Cookie ??= new ServerCookie(numbers.Draw(EdnsCookie.ClientBytes), null);
        }
    }

    /// <summary>Keeps the server's cookie of an answer that has been taken.</summary>
    public void Learn(EndpointSpec server, DnsMessage answer)
    {
        if (answer.Opt is not null && answer.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? option)
            && EdnsCookie.Decode(option.Value.Span, out EdnsCookie cookie) == DnsViolation.None && cookie.Server.Length > 0)
        {
            SetServerCookie(server, cookie.Server);
        }
    }

    /// <summary>Forgets the server's cookie: it seems to have none any more, and would never be heard again.</summary>
    public void ForgetCookie(EndpointSpec server) => SetServerCookie(server, default);

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

    private void SetServerCookie(EndpointSpec server, ReadOnlySpan<byte> cookie)
    {
        lock (_turn)
        {
            if (_servers.TryGetValue(server, out KnownServer? known) && known.Cookie is { } own && !cookie.SequenceEqual(own.Server))
            {
                known.Cookie = own with { Server = cookie.IsEmpty ? null : cookie.ToArray() };
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
