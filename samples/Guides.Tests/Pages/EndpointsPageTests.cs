using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Guides.Tests.Pages;

/// <summary>What docs/endpoints.md shows.</summary>
public sealed class EndpointsPageTests
{
    [Fact]
    public async Task InCode()
    {
        ILoggerFactory loggers = NullLoggerFactory.Instance;

        var context = new EndpointContext { LoggerFactory = loggers };
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", async connection =>
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            await connection.Transport.Output.WriteAsync(read.Buffer.ToArray());
        });

        var client = new ConnectionClient(context);
        await using ConnectionContext connection = await client.ConnectAsync(EndpointSpec.FromEndPoint(listening.EndPoint));

        await connection.Transport.Output.WriteAsync("hello"u8.ToArray());
        ReadResult answer = await connection.Transport.Input.ReadAtLeastAsync(5);
        Assert.Equal("hello"u8.ToArray(), answer.Buffer.ToArray());
        connection.Abort();
    }

    [Theory]
    [InlineData("friend", "come in")]
    [InlineData("foe", null)]
    public async Task ASchemeOfYourOwn(string word, string? answer)
    {
        var context = new EndpointContext();
        context.Schemes.Add(new KnockEndpointScheme());
        EndpointSpec at = EndpointSpec.Parse("knock:127.0.0.1:0:word=friend", context.Schemes);
        Assert.Equal("knock:127.0.0.1:0:word=***", at.ToString());

        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(at, async connection => await connection.Transport.Output.WriteAsync("come in\n"u8.ToArray()));
        await using Caller caller = await Caller.CallAsync($"tcp:{listening.EndPoint}");
        await caller.SayAsync(word);
        Assert.Equal(answer, await caller.HearAsync());
        await caller.DisposeAsync();
    }
}
