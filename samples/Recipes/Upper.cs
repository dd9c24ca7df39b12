using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Recipes;

/// <summary>Answers each datagram with its text in capitals. Nothing is allocated for a datagram.</summary>
internal static class Upper
{
    public static async Task Main(string[] args)
    {
        await using DatagramPort port = DatagramPort.Bind(IPEndPoint.Parse(args.ElementAtOrDefault(0) ?? "127.0.0.1:7007"), Answer);
        Console.WriteLine($"listening on {port.LocalEndPoint}; Enter stops it");
        Console.ReadLine();
        await port.StopAsync();
    }

    private static void Answer(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> question = batch[i].Payload;
            Span<byte> answer = batch.GetReply(i, question.Length);
            System.Text.Ascii.ToUpper(question, answer, out int length);
            batch.Reply(i, length);
        }
    }
}
