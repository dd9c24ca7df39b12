using System.Net.Sockets;
using System.Security.Cryptography;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Asks one question of a command line: server after server and try after try, and again where a server's words ask for that, saying so as dig does.</summary>
internal sealed class DigLookup(DigRequest request, DnsClient client, IReadOnlyList<EndpointSpec> servers, IDigOutput output, TimeProvider time)
{
    // BADCOOKIE, BADVERS, cut, by TCP: each at most once or twice.
    private const int MostRounds = 8;

    // As dig: one for all servers of a command line, and another one each time.
    private readonly byte[] _drawnCookie = RandomNumberGenerator.GetBytes(EdnsCookie.ClientBytes);

    /// <summary>Asks, and shows what is said.</summary>
    /// <param name="names">The names to try, in order: the last one's answer is shown, or that of the first that exists.</param>
    /// <returns>dig's code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<DomainName> names)
    {
        for (int at = 0; ; at++)
        {
            if (await AskAsync(names[at]) is not { } reply)
            {
                return DigCommand.NoReply;
            }

            // As dig: only a name that does not exist is completed otherwise.
            bool isLast = at == names.Count - 1 || reply.Message.ResponseCode != DnsResponseCode.NameError;
            if (isLast || request.ShowsSearch)
            {
                output.Show(request, reply, time.GetUtcNow());
            }

            if (isLast)
            {
                return DigCommand.Answered;
            }
        }
    }

    /// <summary>Asks for one name.</summary>
    /// <returns>What was said, or null: that has been told.</returns>
    public async Task<DnsReply?> AskAsync(DomainName name)
    {
        DnsReply? told = null;
        bool isUnreachable = false;
        for (int attempt = request.Query.Attempts ?? 1; attempt > 0; attempt--)
        {
            foreach (EndpointSpec server in servers)
            {
                try
                {
                    DnsReply reply = await AskAsync(name, server);
                    if (request.Query.TakesServerFailure || reply.Message.ResponseCode != DnsResponseCode.ServerFailure || servers.Count == 1)
                    {
                        return reply;
                    }

                    output.Say(request, $"Got SERVFAIL reply from {DigText.AddressText(server)}, trying next server");
                    told = reply;
                }
                catch (DnsQueryException e)
                {
                    isUnreachable = Tell(e, name, server);
                }
            }
        }

        if (told is null && !isUnreachable)
        {
            output.Fail(request, "no servers could be reached");
        }

        return told;
    }

    private async Task<DnsReply> AskAsync(DomainName name, EndpointSpec server)
    {
        DigRequest asked = request;
        bool isStream = server.Scheme != "udp" || request.Query.UsesStream;
        byte[]? cookie = !request.Query.UsesCookies ? null : request.Cookie ?? _drawnCookie;
        for (int round = 1; ; round++)
        {
            DnsMessage query = DigQuestion.Make(asked, name, cookie, isStream);
            if (request.ShowsQuery)
            {
                output.ShowQuery(request, query, server, isStream, time.GetUtcNow());
            }

            DnsReply reply = await client.SendAsync(query, server, new DnsSendOptions { UsesStream = isStream, Timeout = request.Query.Timeout, Key = request.Key?.Name, From = isStream ? null : request.From });
            TellSignature(reply);
            if (round >= MostRounds || !Repeats(reply, ref asked, ref cookie, ref isStream))
            {
                return reply;
            }
        }
    }

    private bool Repeats(DnsReply reply, ref DigRequest asked, ref byte[]? cookie, ref bool isStream)
    {
        DnsMessage answer = reply.Message;
        if (answer.ResponseCode == DnsResponseCode.BadVersion && asked.NegotiatesEdns && answer.Opt is { } opt && opt.Version < asked.EdnsVersion)
        {
            output.Say(request, $"BADVERS, retrying with EDNS version {opt.Version}.");
            asked = asked with { EdnsVersion = opt.Version };
            return true;
        }

        if (answer.ResponseCode == DnsResponseCode.BadCookie && cookie is not null && asked.RetriesBadCookie && !isStream)
        {
            if (request.ShowsBadCookie)
            {
                output.Show(request, reply, time.GetUtcNow());
            }

            bool isNew = answer.Opt is not null && answer.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? option) && option.Value.Length > EdnsCookie.ClientBytes && !option.Value.Span.SequenceEqual(cookie);
            output.Say(request, isNew ? "BADCOOKIE, retrying." : "BADCOOKIE, retrying in TCP mode.");
            // RFC 7873 §5.3: with the cookie that it has just sent, and if that is not good either, by TCP.
            cookie = isNew && answer.Opt!.TryFind(EdnsOptionCode.Cookie, out option) ? option.Value.Span.ToArray() : cookie;
            isStream = !isNew;
            return true;
        }

        if (answer.Header.IsTruncated && !isStream && !asked.Query.TakesTruncated)
        {
            output.Say(request, "Truncated, retrying in TCP mode.");
            isStream = true;
            return true;
        }

        return false;
    }

    private void TellSignature(DnsReply reply)
    {
        string? what = reply.Signature switch
        {
            DnsSignature.Missing => "expected a TSIG or SIG(0)",
            DnsSignature.Refused => "tsig indicates error",
            DnsSignature.Bad => "tsig verify failure",
            DnsSignature.WrongTime => "clocks are unsynchronized",
            _ => null,
        };
        if (what is not null)
        {
            output.Warn(request, $"Couldn't verify signature: {what}");
        }
    }

    // As dig: what is wrong with a datagram is said before what was asked is shown; a connection that is not made ends the try with words of its own.
    private bool Tell(DnsQueryException e, DomainName name, EndpointSpec server)
    {
        string address = DigText.AddressText(server), host = name.IsRoot ? "." : name.ToString().TrimEnd('.');
        bool isStream = server.Scheme != "udp" || request.Query.UsesStream;
        if (e.Failure == DnsQueryFailure.Unreachable && (isStream || e.InnerException is not null))
        {
            output.Warn(request, $"{(isStream ? $"Connection to {DigText.ServerText(server)}" : $"UDP setup with {DigText.ServerText(server)}")} for {host} failed: {Reason(e)}.");
            output.Warn(request, "no servers could be reached");
            return true;
        }

        output.Warn(request, e.Failure switch
        {
            DnsQueryFailure.NoReply => $"communications error to {address}: timed out",
            DnsQueryFailure.Unreachable => $"communications error to {address}: connection refused",
            DnsQueryFailure.Malformed => $"communications error to {address}: end of file",
            _ => e.Message,
        });
        return false;
    }

    private static string Reason(DnsQueryException e)
    {
        SocketException? socket = null;
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            socket ??= inner as SocketException;
        }

        return socket?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.AddressNotAvailable => "address not available",
            SocketError.AddressAlreadyInUse => "address in use",
            SocketError.NetworkUnreachable => "network unreachable",
            SocketError.HostUnreachable => "host unreachable",
            SocketError.TimedOut => "timed out",
            _ => (e.InnerException ?? e).Message.TrimEnd('.'),
        };
    }
}
