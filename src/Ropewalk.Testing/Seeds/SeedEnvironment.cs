using System.Globalization;

namespace Ropewalk.Testing.Seeds;

/// <summary>Reads what the environment says about seeds.</summary>
internal static class SeedEnvironment
{
    /// <summary>Names the variable with one seed.</summary>
    public const string Seed = "ROPEWALK_SEED";

    /// <summary>Names the variable with a range of seeds.</summary>
    public const string Seeds = "ROPEWALK_SEEDS";

    /// <summary>Names the variable with the folder for reports.</summary>
    public const string Reports = "ROPEWALK_SEED_REPORTS";

    /// <summary>Reads the seeds to run: one if one is named, else the range; null if neither is.</summary>
    /// <exception cref="FormatException">A variable is set to something else: better no run than one that was not asked for.</exception>
    public static SeedRange? Read()
    {
        if (ReadOne() is { } one)
        {
            return new SeedRange(one, one);
        }

        return Value(Seeds) is not { } range ? null
            : SeedRange.TryParse(range, null, out SeedRange seeds) ? seeds
            : throw new FormatException($"{Seeds} is '{range}', which is no range of seeds: 1-1000 is one.");
    }

    /// <summary>Reads the one seed that is named; null if none is.</summary>
    /// <exception cref="FormatException">The variable is set to something else.</exception>
    public static int? ReadOne() => Value(Seed) is not { } one ? null
        : int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed
        : throw new FormatException($"{Seed} is '{one}', which is no seed: 17 is one.");

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
