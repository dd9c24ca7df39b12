using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Several clients who send anything: never an exception, never a malformed line, and the network's state agrees with itself after each line.</summary>
public sealed class NetworkFuzz
{
    private static readonly string[] Words =
    [
        "#a", "#b", "#c", "#A", "n0", "n1", "n2", "n3", "n4", "n5", "+o", "-o", "+v", "+b", "-b", "+i", "-i", "+k", "-k", "+l", "+nst", "-nst", "+mzRMC", "+qaohv", "5", "1", "*!*@*", "n1!*@*", "m:n2", "R:acc",
        "key", "#a,#b", "n0,n1,n2", "0", "*", "%nuhaf,1", "LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN", "TARGETS", "timestamp=2030-01-01T00:00:00.000Z", "+", "-", "C", "L", "S", "@#a", "+#b",
        ":hello there", ":", ":\u0001VERSION\u0001", ":é", "+i", "+B", "+T", "+w", "NickServ", "ChanServ", "REGISTER", "root", "secret", "END", "LS", "REQ", ":batch labeled-response message-tags echo-message",
        ":-batch", ":away-notify extended-join account-notify", "10.0.0.0/8",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyLinesLeaveTheStateWhole(int seed)
    {
        var random = new Random(seed);
        var bench = new NetworkBench(options =>
        {
            options.Limits.ListEntries = 3;
            options.Limits.ChannelsPerUser = 2;
            options.Limits.HistoryMessages = 5;
            options.Limits.Monitored = 3;
            options.Limits.WhoWasEntries = 4;
        });
        for (int i = 0; i < 3000; i++)
        {
            bench.Now += TimeSpan.FromMilliseconds(random.Next(0, 3));
            while (bench.Links.Count < 6)
            {
                Arrive(bench, random);
            }

            NetworkBench.Link link = bench.Links[random.Next(bench.Links.Count)];
            // An LF ends a line: inside one there is none.
            byte[] line = [.. Line(random).Where(letter => letter != (byte)'\n')];
            try
            {
                Step(bench, link, line, random);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"Seed {seed}, line {i} ({Encoding.Latin1.GetString(line)}): {exception}");
            }
        }
    }

    private static void Step(NetworkBench bench, NetworkBench.Link link, byte[] line, Random random)
    {
        switch (random.Next(100))
        {
            case 0:
                // Gone without a word.
                bench.Network.Disconnect(link.User, "Connection lost", bench.Now);
                bench.Links.Remove(link);
                break;
            case 1:
                link.IsFull = true;
                break;
            case 2:
                bench.Network.ReceiveOverlong(link.User, bench.Now);
                break;
            case 3 when link.User.IsRegistered && !link.User.IsOperator && !link.IsFull:
                bench.MakeOperator(link);
                break;
            default:
                bench.Send(link, line);
                break;
        }

        foreach (NetworkBench.Link gone in bench.Links.Where(one => one.User.IsGone).ToArray())
        {
            bench.Network.Disconnect(gone.User, "Connection closed", bench.Now);
            bench.Links.Remove(gone);
        }

        foreach (NetworkBench.Link one in bench.Links)
        {
            one.Take();
        }

        bench.CheckState();
    }

    private static void Arrive(NetworkBench bench, Random random)
    {
        NetworkBench.Link link = bench.Connect();
        link.User.Capabilities = (IrcClientCapabilities)random.Next(0x40_0000);
        if (random.Next(4) > 0)
        {
            bench.Send(link, $"NICK n{random.Next(6)}");
            bench.Send(link, $"USER u 0 * :R");
            bench.Send(link, "JOIN #a,#b");
        }
    }

    private static byte[] Line(Random random)
    {
        if (random.Next(25) == 0)
        {
            byte[] noise = new byte[random.Next(600)];
            random.NextBytes(noise);
            return noise;
        }

        var line = new StringBuilder();
        if (random.Next(3) == 0)
        {
            line.Append("@label=").Append(random.Next(9)).Append(";+typing=active ");
        }

        string command = random.Next(3) switch
        {
            0 => new[] { "JOIN", "PART", "MODE", "KICK", "NICK", "PRIVMSG", "INVITE", "TOPIC", "AWAY", "MONITOR" }[random.Next(10)],
            _ => IrcCommands.All[random.Next(IrcCommands.All.Count)].Name,
        };
        line.Append(command);
        for (int count = random.Next(5); count > 0; count--)
        {
            line.Append(' ').Append(Words[random.Next(Words.Length)]);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(line.ToString());
        if (random.Next(20) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
