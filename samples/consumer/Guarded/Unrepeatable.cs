// Each line would make a simulated run one that cannot be repeated. The guard of Ropewalk.Testing warns of each.
namespace Guarded;

public static class Unrepeatable
{
    public static async Task<string> SpoilAsync()
    {
        await Task.Delay(100); // whole and strict: the real clock
        string text = await File.ReadAllTextAsync("/dev/null"); // whole and strict: a real file
        return await Task.Run(() => text); // strict: leaves the simulation's thread
    }
}
