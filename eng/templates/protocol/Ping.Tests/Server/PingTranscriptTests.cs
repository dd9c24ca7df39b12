using Ping.Server;
using Ropewalk.Testing;

namespace Ping.Tests.Server;

public sealed class PingTranscriptTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Server", "Transcripts");

    public static TheoryData<string, Delivery> All
    {
        get
        {
            var all = new TheoryData<string, Delivery>();
            foreach (string file in Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal))
            {
                foreach (Delivery delivery in Enum.GetValues<Delivery>())
                {
                    all.Add(Path.GetFileName(file), delivery);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Plays(string file, Delivery delivery)
    {
        var time = new VirtualTime();
        var handler = new PingServerHandler(new EchoResponder(), new PingServerOptions { TimeProvider = time });
        await Transcript.Load(Path.Combine(Folder, file)).PlayClientAsync(handler.OnConnectedAsync, delivery, new TranscriptOptions { Time = time });
    }
}
