using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;
using Ropewalk.Server;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>RFC 7858, with real TLS on a port of the system's choosing.</summary>
public sealed class DnsOverTlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Questions_share_a_connection_and_are_padded()
    {
        DevelopmentCertificate certificate = new(_folder.FullName);
        certificate.GetOrCreate();
        ScriptedServer script = new(null, asked => [asked.Answer($"{asked.Message.Question!.Name} 60 IN A 192.0.2.1").Encode()]);
        await using ConnectionServer server = new();
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate.Path}", script.ConverseAsync, TestContext.Current.CancellationToken);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        await using DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"tls:127.0.0.1:{port}:name=localhost:trust={certificate.Path}")] });
        DnsExchange[] exchanges = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.ExchangeAsync(DomainName.Parse($"n{i}.example."), DnsType.A, cancellationToken: TestContext.Current.CancellationToken)));
        Assert.All(exchanges, exchange => Assert.Equal((DnsTransport.Tls, 1), (exchange.Transport, exchange.Answer.Answers.Count)));
        Assert.Equal((1, 20), (script.Connections, script.Asked.Count));
        Assert.All(script.Asked, asked => Assert.Equal(128, asked.Bytes.Length));
        Assert.True(script.Asked[0].Message.Opt!.TryFind(EdnsOptionCode.Padding, out _));
    }

    [Theory]
    [InlineData("", "dot")]
    [InlineData(":alpn=h2", "h2")]
    public async Task What_will_be_spoken_is_offered_unless_the_endpoint_says_something_else(string key, string agreed)
    {
        DevelopmentCertificate certificate = new(_folder.FullName);
        certificate.GetOrCreate();
        ConcurrentQueue<string> protocols = [];
        ScriptedServer script = new(null, asked => [asked.Answer().Encode()]);
        await using ConnectionServer server = new();
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate.Path}:alpn=dot,h2", connection =>
        {
            protocols.Enqueue(Encoding.ASCII.GetString(connection.Features.Get<ITlsApplicationProtocolFeature>()!.ApplicationProtocol.Span));
            return script.ConverseAsync(connection);
        }, TestContext.Current.CancellationToken);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        var endpoint = EndpointSpec.Parse($"tls:127.0.0.1:{port}:name=localhost:trust={certificate.Path}{key}");
        await using DnsClient client = new(new DnsClientOptions { Servers = [endpoint] });
        await client.QueryAsync(DomainName.Root, DnsType.NS, cancellationToken: TestContext.Current.CancellationToken);
        await client.TransferChangesAsync(DomainName.Root, 1, endpoint, _ => { }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([agreed, agreed], protocols);
    }

    [Fact]
    public async Task A_server_with_another_name_is_not_asked()
    {
        DevelopmentCertificate certificate = new(_folder.FullName);
        certificate.GetOrCreate();
        ScriptedServer script = new(null, asked => [asked.Answer().Encode()]);
        await using ConnectionServer server = new();
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={certificate.Path}", script.ConverseAsync, TestContext.Current.CancellationToken);
        int port = ((System.Net.IPEndPoint)listening.EndPoint).Port;
        await using DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"tls:127.0.0.1:{port}:name=dns.example:trust={certificate.Path}")] });
        DnsQueryException refused = await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(DomainName.Root, DnsType.NS, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(DnsQueryFailure.Unreachable, refused.Failure);
        Assert.Empty(script.Asked);
    }
}
