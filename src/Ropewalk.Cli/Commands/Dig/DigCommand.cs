using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Is <c>ropewalk dig</c>: asks a DNS server and shows what it says, as dig does.</summary>
internal static class DigCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "dig";

    private const int DnsPort = 53;
    private const int TlsPort = 853;

    // dig's own codes: an answer, whatever it says; a wrong command line; no reply; something else.
    internal const int Answered = 0;
    internal const int NoReply = 9;
    private const int Usage = 1;
    private const int Failed = 10;

    /// <summary>Makes the command's page. A command line of dig goes to <see cref="RunAsync"/>: its words mean something else than elsewhere (<c>@server</c>, <c>+short</c>).</summary>
    public static Command Make(CommandSurroundings surroundings)
    {
        var command = new CommandPage(Name, "Asks a DNS server and shows its answer, with dig's words and in dig's layout.")
        {
            Examples =
            [
                ("ropewalk dig example.org", "the addresses of a name, from the servers of /etc/resolv.conf"),
                ("ropewalk dig @192.0.2.1 -p 5353 example.org mx +short", "only the records, from another server"),
                ("ropewalk dig @192.0.2.1 example.org axfr -y hmac-sha256:name:c2VjcmV0", "a whole zone, signed"),
                ("ropewalk dig @dns.example +tls -x 192.0.2.7 --json", "the name of an address, by TLS, as JSON"),
            ],
            Notes =
            [
                "WORD is @SERVER, a name, a type, a class, or one of -p PORT, -x ADDRESS, -t TYPE, -c CLASS, -q NAME, -y [HMAC:]NAME:SECRET, -4, -6, --json.",
                "Also +[no]short +[no]tcp +[no]tls +tls-ca=FILE +tls-hostname=NAME +[no]dnssec +[no]rec +[no]ad +[no]cd +[no]edns +[no]nsid +[no]cookie +bufsize=N +subnet=NETWORK +time=S +tries=N +retry=N "
                    + "+[no]ignore +[no]fail +[no]all +[no]cmd +[no]comments +[no]question +[no]answer +[no]authority +[no]additional +[no]stats +[no]ttlid +[no]class +[no]split=N +[no]onesoa; the beginning of one is enough.",
                "+tls checks the server's certificate, with the system's authorities or those of +tls-ca; dig checks nothing without +tls-ca.",
                "SERVER is an address, a name, or an endpoint such as tls:192.0.2.1:853:name=dns.example. Exit codes are dig's: 0 for any answer, 1 for a wrong command line, 9 for no reply, 10 for anything else.",
            ],
        };
        command.Add(new Argument<string[]>("WORD") { Description = "What to ask, and whom.", Arity = ArgumentArity.ZeroOrMore });
        command.SetAction((result, _) => RunAsync(result.GetValue<string[]>("WORD") ?? [], surroundings));
        return command;
    }

    /// <summary>Runs a command line of dig.</summary>
    /// <param name="args">The words behind <c>dig</c>.</param>
    /// <param name="surroundings">Where it runs.</param>
    public static async Task<int> RunAsync(string[] args, CommandSurroundings surroundings)
    {
        DigRequest request;
        try
        {
            request = DigParser.Parse(args);
        }
        catch (FormatException e)
        {
            surroundings.Console.Complain(e.Message);
            surroundings.Console.Hint("ropewalk dig --help has the options and examples.");
            return Usage;
        }

        try
        {
            return await AskAsync(request, args, surroundings);
        }
        catch (DnsQueryException e)
        {
            // Where dig says it: scripts look for it there, and a semicolon begins it.
            TextWriter said = request.IsJson ? surroundings.Console.Error : surroundings.Console.Output;
            said.WriteLine($";; {e.Message}");
            said.WriteLine(";; no servers could be reached");
            return NoReply;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or SocketException or OptionsValidationException)
        {
            surroundings.Console.Complain(e.Message);
            return Failed;
        }
    }

    private static async Task<int> AskAsync(DigRequest request, string[] args, CommandSurroundings surroundings)
    {
        DnsClientOptions options = new() { Servers = await FindServersAsync(request), Keys = request.Key is null ? [] : [request.Key] };
        DigText text = new(request, surroundings.Console.Output);
        if (!request.IsJson)
        {
            text.WriteCommand(args, VersionLine.Version, options.Servers.Count);
        }

        await using DnsClient client = new(options, new EndpointContext { TimeProvider = surroundings.Time });
        if (request.IsTransfer)
        {
            return await new DigTransfer(request, text, surroundings).RunAsync(client, options.Servers[0]);
        }

        DnsExchange exchange = await client.ExchangeAsync(request.Name, request.Type, request.Query);
        if (request.IsJson)
        {
            surroundings.Console.Output.WriteLine(DigJson.Write(exchange));
        }
        else
        {
            text.Write(exchange, surroundings.Time.GetUtcNow());
        }

        return Answered;
    }

    private static async Task<IReadOnlyList<EndpointSpec>> FindServersAsync(DigRequest request)
    {
        if (request.Server is null)
        {
            ResolverConfiguration configuration = (await SystemResolver.ReadAsync()).Configuration;
            EndpointSpec[] own = [.. configuration.Servers.Select(server => Endpoint(server.ToIPAddress(), server.ToIPAddress().ToString(), request)).OfType<EndpointSpec>()];
            return own.Length > 0 ? own : throw new EndpointException($"resolv.conf has no server with an IPv{request.Family} address", ErrorSide.Local);
        }

        if (EndpointSpec.TryParse(request.Server, null, out EndpointSpec? given) && !given.IsBare)
        {
            return [given];
        }

        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(request.Server, out IPAddress? address)
            ? [address]
            : [.. await new EndpointContext().NameResolver.ResolveAsync(request.Server, AddressFamily.InterNetworkV6), .. await new EndpointContext().NameResolver.ResolveAsync(request.Server, AddressFamily.InterNetwork)];
        EndpointSpec[] servers = [.. addresses.Select(candidate => Endpoint(candidate, request.Server, request)).OfType<EndpointSpec>().Take(DnsClientOptions.MostServers)];
        return servers.Length > 0 ? servers : throw new EndpointException($"couldn't get address for '{request.Server}': not found", ErrorSide.Remote);
    }

    private static EndpointSpec? Endpoint(IPAddress address, string name, DigRequest request)
    {
        if (request.Family != 0 && (request.Family == 4) != (address.AddressFamily == AddressFamily.InterNetwork))
        {
            return null;
        }

        string host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        if (!request.UsesTls)
        {
            return EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"udp:{host}:{request.Port ?? DnsPort}"));
        }

        EndpointSpec server = EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"tls:{host}:{request.Port ?? TlsPort}")).WithKey("name", request.TlsName ?? name);
        return request.TlsAuthorities is null ? server : server.WithKey("trust", Path.GetFullPath(request.TlsAuthorities));
    }
}
