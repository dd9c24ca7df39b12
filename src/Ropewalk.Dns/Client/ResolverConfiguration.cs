using System.Globalization;
using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Client;

/// <summary>Is what a resolv.conf says, with resolv.conf(5)'s defaults for what it does not say.</summary>
/// <remarks>What is not understood is passed over, as libc does, and told in <see cref="Problems"/>.</remarks>
public sealed class ResolverConfiguration
{
    /// <summary>How many servers are taken: 3, as libc's MAXNS.</summary>
    public const int MostServers = 3;

    // libc's bounds: RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY.
    private const int MostNdots = 15;
    private const int MostTimeoutSeconds = 30;
    private const int MostAttempts = 5;

    // A file of nonsense tells the first ones, not a million.
    private const int MostProblems = 100;
    private const int DnsPort = 53;

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    private readonly List<PeerAddress> _servers = [];
    private readonly List<string> _problems = [];
    private List<DomainName> _search = [];

    private ResolverConfiguration()
    {
    }

    /// <summary>Gets the servers; 127.0.0.1 if the file has none.</summary>
    public IReadOnlyList<PeerAddress> Servers => _servers;

    /// <summary>Gets the suffixes of <c>search</c>, or the one of <c>domain</c>: the last such line counts.</summary>
    public IReadOnlyList<DomainName> Search => _search;

    /// <summary>Gets <c>ndots</c>; default 1, at most 15.</summary>
    public int Ndots { get; private set; } = 1;

    /// <summary>Gets <c>timeout</c>; default 5 s, at most 30 s.</summary>
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets <c>attempts</c>; default 2, at most 5.</summary>
    public int Attempts { get; private set; } = 2;

    /// <summary>Gets whether there is <c>rotate</c>.</summary>
    public bool Rotates { get; private set; }

    /// <summary>Gets whether there is <c>use-vc</c>: TCP for everything.</summary>
    public bool UsesStream { get; private set; }

    /// <summary>Gets whether there is <c>trust-ad</c>.</summary>
    public bool TrustsAuthenticData { get; private set; }

    /// <summary>Gets what was passed over, with the line's number; at most 100.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Parses a resolv.conf.</summary>
    /// <remarks><b>Shape</b>: a keyword and its values on a line; <c>#</c> and <c>;</c> begin comments; a keyword begins in the first column or behind blanks.</remarks>
    public static ResolverConfiguration Parse(ReadOnlySpan<char> text)
    {
        ResolverConfiguration made = new();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            made.TakeLine(line, ++number);
        }

        if (made._servers.Count == 0)
        {
            made._servers.Add(new PeerAddress(IPAddress.Loopback, DnsPort));
        }

        return made;
    }

    private void TakeLine(ReadOnlySpan<char> line, int number)
    {
        int comment = line.IndexOfAny('#', ';');
        string[] words = (comment < 0 ? line : line[..comment]).ToString().Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case []:
                break;
            case ["nameserver", var address, ..]:
                TakeServer(address, number);
                break;
            case ["search", .. var suffixes]:
                TakeSearch(suffixes, number);
                break;
            case ["domain", var suffix, ..]:
                TakeSearch([suffix], number);
                break;
            case ["options", .. var options]:
                foreach (string option in options)
                {
                    TakeOption(option, number);
                }

                break;
            default:
                Tell(number, $"\"{words[0]}\" is not understood");
                break;
        }
    }

    private void TakeServer(string text, int number)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address))
        {
            Tell(number, $"\"{text}\" is no address");
        }
        else if (_servers.Count == MostServers)
        {
            Tell(number, $"more than {MostServers} servers");
        }
        else
        {
            _servers.Add(new PeerAddress(address, DnsPort));
        }
    }

    private void TakeSearch(string[] suffixes, int number)
    {
        List<DomainName> search = [];
        foreach (string text in suffixes)
        {
            if (!DomainName.TryParse(text, out DomainName? suffix))
            {
                Tell(number, $"\"{text}\" is no name");
            }
            else if (search.Count == DnsClientOptions.MostSuffixes)
            {
                Tell(number, $"more than {DnsClientOptions.MostSuffixes} suffixes");
                break;
            }
            else if (!suffix.IsRoot)
            {
                // "search ." is how one says: none.
                search.Add(suffix);
            }
        }

        _search = search;
    }

    private void TakeOption(string option, int number)
    {
        switch (option.Split(':', 2))
        {
            case ["ndots", var value] when TryParse(value, MostNdots, out int dots):
                Ndots = dots;
                break;
            case ["timeout", var value] when TryParse(value, MostTimeoutSeconds, out int seconds):
                Timeout = TimeSpan.FromSeconds((long)Math.Max(seconds, 1));
                break;
            case ["attempts", var value] when TryParse(value, MostAttempts, out int attempts):
                Attempts = Math.Max(attempts, 1);
                break;
            case ["rotate"]:
                Rotates = true;
                break;
            case ["use-vc"]:
                UsesStream = true;
                break;
            case ["trust-ad"]:
                TrustsAuthenticData = true;
                break;
            // What the client does anyhow, or what is of no use to it.
            case ["edns0" or "single-request" or "single-request-reopen" or "no-reload" or "no-tld-query" or "inet6" or "debug" or "no-check-names" or "no-aaaa"]:
                break;
            default:
                Tell(number, $"the option \"{option}\" is not understood");
                break;
        }
    }

    // As libc: what is more than the most is the most.
    private static bool TryParse(string text, int most, out int value)
    {
        bool isNumber = text.Length is > 0 and < 10 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = isNumber ? Math.Min(int.Parse(text, CultureInfo.InvariantCulture), most) : 0;
        return isNumber;
    }

    private void Tell(int line, string problem)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem}"));
        }
    }
}
