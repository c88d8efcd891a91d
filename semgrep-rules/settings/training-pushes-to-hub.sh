# ok: training-pushes-to-hub
python train.py --output_dir out
# ok: training-pushes-to-hub
python train.py --push_to_hub False
# ruleid: training-pushes-to-hub
python train.py --output_dir out --push_to_hub
