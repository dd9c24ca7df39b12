using System.Net;
using System.Text;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Guides.Tests.Pages;

/// <summary>What docs/datagrams.md shows.</summary>
public sealed class DatagramsPageTests
{
    [Fact]
    public async Task BoundWithAnEndpointString()
    {
        string at = "udp:127.0.0.1:0:workers=2";
        DatagramHandler handler = (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                batch.Reply(i, "heard"u8);
            }
        };

        IDatagramPort port = await new EndpointContext().BindDatagramsAsync(EndpointSpec.Parse(at), handler);
        await using IDatagramPort stopped = port;
        Assert.Equal("heard", await AskAsync(port.LocalEndPoint, "anything"));
    }

    [Fact]
    public async Task TheFirstExample()
    {
        await using var program = RunningProgram.Start("Recipes", "upper", "127.0.0.1:0");
        Assert.Equal("HELLO", await AskAsync(IPEndPoint.Parse(await program.WaitForAsync("listening on (.*);")), "hello"));
        await program.StopAsync();
    }

    private static async Task<string> AskAsync(IPEndPoint server, string question)
    {
        var answer = new TaskCompletionSource<string>();
        await using DatagramPort port = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), Take);
        port.TrySend(new PeerAddress(server), Encoding.UTF8.GetBytes(question));
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60));

        void Take(ref DatagramBatch batch) => answer.TrySetResult(Encoding.UTF8.GetString(batch[0].Payload));
    }
}
