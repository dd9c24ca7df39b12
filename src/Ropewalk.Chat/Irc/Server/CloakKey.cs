using System.Security.Cryptography;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Keeps the secret that cloaks are made with: with another one, every ban of a cloak would match nobody after a restart.</summary>
internal static class CloakKey
{
    private const int Bytes = 32;

    /// <summary>Gets the key, which is made by the first who asks.</summary>
    public static async ValueTask<byte[]> GetAsync(IRecordStore records, string storeName, RandomNumberGenerator random, CancellationToken cancellationToken)
    {
        RecordKey key = RecordKey.Of(storeName + "-secrets", "cloaks");
        while (true)
        {
            if (await records.GetAsync(key, cancellationToken) is { Content.Length: Bytes } kept)
            {
                return kept.Content.ToArray();
            }

            byte[] made = new byte[Bytes];
            random.GetBytes(made);
            // Absent, or what somebody has put there is no key: then it is replaced.
            if ((await records.ApplyAsync([RecordChange.Put(key, made)], cancellationToken)).IsApplied)
            {
                return made;
            }
        }
    }
}
