using System.Text;
using System.Threading.Channels;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Recipes;

/// <summary>Answers datagrams later, from elsewhere: the handler queues the question with its <see cref="ReplyTo"/>, a worker thinks, and then answers.</summary>
internal static class LateReplies
{
    // Bounded: when thinking is too slow, questions are dropped, as the network would drop them. Askers ask again.
    private static readonly Channel<(string Question, ReplyTo To)> Questions = Channel.CreateBounded<(string, ReplyTo)>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite });

    public static async Task Main(string[] args)
    {
        EndpointSpec at = EndpointSpec.Parse(args.ElementAtOrDefault(0) ?? "udp:127.0.0.1:7000");
        await using IDatagramPort port = await new EndpointContext().BindDatagramsAsync(at, Take);
        Task thinking = ThinkAsync();
        Console.WriteLine($"listening on {port.LocalEndPoint}; Enter stops it");
        Console.ReadLine();
        await port.StopAsync();         // no more questions
        Questions.Writer.Complete();
        await thinking;                 // late answers still leave
    }

    // On the port's own thread: it must not wait.
    private static void Take(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Questions.Writer.TryWrite((Encoding.UTF8.GetString(batch[i].Payload).Trim(), batch.GetReplyTo(i)));
        }
    }

    private static async Task ThinkAsync()
    {
        while (await Questions.Reader.WaitToReadAsync())
        {
            while (Questions.Reader.TryRead(out (string Question, ReplyTo To) item))
            {
                string answer = await LookUpAsync(item.Question);
                item.To.TrySend(Encoding.UTF8.GetBytes(answer + "\n"));
            }
        }
    }

    // Stands for a database, another server: whatever takes its time.
    private static async Task<string> LookUpAsync(string question)
    {
        await Task.Yield();
        return $"{question.Length} letters";
    }
}
