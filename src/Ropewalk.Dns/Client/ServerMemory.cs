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
    private readonly Dictionary<EndpointSpec, ServerCookie> _cookies = [];
    private readonly HashSet<EndpointSpec> _plain = [];
    private readonly Queue<EndpointSpec> _met = new();

    /// <summary>Gets the cookies to send.</summary>
    public ServerCookie CookieOf(EndpointSpec server)
    {
        lock (_turn)
        {
            if (_cookies.TryGetValue(server, out ServerCookie? cookie))
            {
                return cookie;
            }

            if (_met.Count == MostServers)
            {
                EndpointSpec oldest = _met.Dequeue();
                _cookies.Remove(oldest);
                _plain.Remove(oldest);
            }

            _met.Enqueue(server);
            // RFC 7873 §4.1: a client's cookie must differ from server to server, and be hard to guess.
            return _cookies[server] = new ServerCookie(numbers.Draw(EdnsCookie.ClientBytes), null);
        }
    }

    /// <summary>Keeps the server's cookie of an answer that has been taken.</summary>
    public void Learn(EndpointSpec server, DnsMessage answer)
    {
        if (answer.Opt is not null && answer.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? option)
            && EdnsCookie.Decode(option.Value.Span, out EdnsCookie cookie) == DnsViolation.None && cookie.Server.Length > 0)
        {
            byte[] fresh = cookie.Server.ToArray();
            lock (_turn)
            {
                if (_cookies.TryGetValue(server, out ServerCookie? known))
                {
                    _cookies[server] = known with { Server = fresh };
                }
            }
        }
    }

    /// <summary>Forgets the server's cookie: it seems to have none any more, and would never be heard again.</summary>
    public void ForgetCookie(EndpointSpec server)
    {
        lock (_turn)
        {
            if (_cookies.TryGetValue(server, out ServerCookie? known))
            {
                _cookies[server] = known with { Server = null };
            }
        }
    }

    /// <summary>Says whether the server has refused OPT records before.</summary>
    public bool IsPlain(EndpointSpec server)
    {
        lock (_turn)
        {
            return _plain.Contains(server);
        }
    }

    /// <summary>Remembers that the server does not take OPT records.</summary>
    public void SetPlain(EndpointSpec server)
    {
        lock (_turn)
        {
            if (_cookies.ContainsKey(server))
            {
                _plain.Add(server);
            }
        }
    }
}
